import { type Page } from 'playwright-core';

/**
 * Watches a page for numbers that stand as the present value without saying how old they are.
 *
 * Looks at every change of the page and every 50 ms; the finding is the text of the tile. Survives
 * a reload of the page, which a killed renderer ends in.
 */
export async function watchAges(page: Page): Promise<() => Promise<string[]>> {
  const script = (): void => {
    const kept = (globalThis as unknown as { ageless?: string[] }).ageless;
    if (kept !== undefined) return;
    const ageless: string[] = [];
    (globalThis as unknown as { ageless: string[] }).ageless = ageless;
    const AGE = /今|秒前|分前|\d+:\d\d|now|ago/;
    const look = (): void => {
      for (const number of document.querySelectorAll('[data-parameter][data-value]')) {
        const tile = number.closest('[data-state]') ?? number.parentElement;
        const words = tile?.textContent ?? '';
        if (!AGE.test(words)) ageless.push(words);
      }
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    setInterval(look, 50);
  };
  await page.addInitScript(script);
  await page.evaluate(script);
  return () => page.evaluate(() => (globalThis as unknown as { ageless?: string[] }).ageless ?? []);
}
