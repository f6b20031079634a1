/**
 * What a screen of the kiosk may do in its browser: no inline script, nothing from elsewhere, no frame
 * around it. The one thing elsewhere is the room of a call, at the hub.
 *
 * A hub address that cannot be read allows nothing; the store says what is wrong with it.
 */
export function screenPolicy(hubUrl: string | undefined): string {
  const connect = ["'self'", ...roomOrigins(hubUrl)].join(' ');
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src ${connect}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function roomOrigins(hubUrl: string | undefined): string[] {
  if (hubUrl === undefined || !URL.canParse(hubUrl)) return [];
  const { protocol, host } = new URL(hubUrl);
  if (protocol === 'https:') return [`wss://${host}`];
  return protocol === 'http:' ? [`ws://${host}`] : [];
}
