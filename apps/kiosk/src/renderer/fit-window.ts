/** The kiosk's face is drawn for this size (15.6 inch, full HD). Source: design language, section 4. */
const FACE = { width: 1920, height: 1080 } as const;

/** How much the face is made smaller or larger for a window, and the room it then has in its own px. */
export function faceFor(window: { readonly width: number; readonly height: number }): {
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
} {
  const zoom = Math.min(window.width / FACE.width, window.height / FACE.height);
  return { zoom, width: window.width / zoom, height: window.height / zoom };
}

/** Keeps the whole face in the window: a kiosk of another resolution shows all of it, clips nothing. */
export function fitWindow(): void {
  const fit = () => {
    const { zoom, width, height } = faceFor({ width: window.innerWidth, height: window.innerHeight });
    const { style } = document.body;
    style.setProperty('zoom', String(zoom));
    style.width = `${width}px`;
    style.height = `${height}px`;
  };
  fit();
  window.addEventListener('resize', fit);
}
