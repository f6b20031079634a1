import { extname, resolve, sep } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** The scheme of the screens under Electron: standard and secure, so that cameras may be asked for. */
export const SCREEN_SCHEME = 'app';
export const SCREEN_ORIGIN = `${SCREEN_SCHEME}://kiosk`;

/** The file behind a URL of our scheme, or undefined for anything outside the folder of the screens. */
export function screenFile(
  url: string,
  rendererDir: string,
): { path: string; contentType: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { host, protocol, pathname } = new URL(url);
  if (protocol !== `${SCREEN_SCHEME}:` || host !== 'kiosk') return undefined;
  const root = resolve(rendererDir);
  const path = resolve(root, `.${pathname === '/' ? '/index.html' : decodeURIComponent(pathname)}`);
  const contentType = TYPES[extname(path)];
  return path.startsWith(root + sep) && contentType !== undefined ? { path, contentType } : undefined;
}
