import { type Page } from 'playwright-core';
import { type Scene } from './scenes.ts';

interface Least {
  readonly textPx: number;
  readonly targetPx: number;
}

/** Source: design language, sections 3 and 4; architecture, D13. */
const LEAST: Readonly<Record<Scene['screen'], Least>> = {
  nurse: { textPx: 30, targetPx: 88 },
  doctor: { textPx: 13, targetPx: 32 },
  tablet: { textPx: 17, targetPx: 60 },
};

/** The window for which the kiosk's sizes are written: on a smaller panel its face is smaller as a whole. */
const KIOSK = { width: 1920, height: 1080 } as const;

/**
 * What is too small to read or to hit, and what stands outside of the window to its left or right.
 * Empty is what we want.
 */
export async function sizeFindings(page: Page, screen: Scene['screen']): Promise<string[]> {
  const size = page.viewportSize();
  if (size === null) throw new Error('The page has no size of its own.');
  const scale = screen === 'nurse' ? Math.min(size.width / KIOSK.width, size.height / KIOSK.height) : 1;
  const { textPx, targetPx } = LEAST[screen];
  return page.evaluate(measure, { textPx: textPx * scale, targetPx: targetPx * scale, width: size.width });
}

/** Runs in the page: it can use nothing from outside of itself. */
function measure({ textPx, targetPx, width }: Least & { readonly width: number }): string[] {
  /** For sizes that are fractions of a pixel. */
  const SLACK_PX = 0.5;
  const TARGETS = 'button, a[href], input, select, textarea, summary, [role="button"]';
  const found: string[] = [];
  const describe = (element: Element) => element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 120);
  const ancestors = function* (element: Element): Generator<Element> {
    for (let one: Element | null = element; one !== null; one = one.parentElement) yield one;
  };
  const isShown = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    // What is there only for a screen reader is clipped away.
    ![...ancestors(element)].some(each => getComputedStyle(each).clipPath.startsWith('inset(50%'));
  const scrollsAside = (element: Element) =>
    [...ancestors(element)].some(each => !/visible|clip/.test(getComputedStyle(each).overflowX));

  const checkText = (element: Element) => {
    const text =
      element instanceof HTMLInputElement
        ? element.value || element.placeholder
        : [...element.childNodes]
            .filter(node => node.nodeType === Node.TEXT_NODE)
            .map(node => node.nodeValue)
            .join('');
    // A subscript is a part of its word (design language, section 3).
    if (text.trim() === '' || element.closest('sub, option, [hidden]') !== null) return;
    const px = Number.parseFloat(getComputedStyle(element).fontSize) * element.currentCSSZoom;
    if (px < textPx - 0.01) found.push(`text of ${px.toFixed(1)} px: ${describe(element)}`);
  };

  /** A link whose `::after` is laid over a whole row is as large as that. */
  const sizeOf = (element: Element) => {
    const after = getComputedStyle(element, '::after');
    const zoom = element.currentCSSZoom;
    const own = element.getBoundingClientRect();
    if (after.content === 'none' || after.position !== 'absolute') return own;
    return {
      width: Math.max(own.width, Number.parseFloat(after.width) * zoom),
      height: Math.max(own.height, Number.parseFloat(after.height) * zoom),
    };
  };
  const isInText = (element: Element) =>
    element.matches('a') &&
    getComputedStyle(element).display === 'inline' &&
    element.parentElement?.matches('p, li') === true &&
    element.parentElement.textContent !== element.textContent;
  const checkTarget = (element: Element) => {
    if (!element.matches(TARGETS) || isInText(element)) return;
    const size = sizeOf(element);
    if (Math.min(size.width, size.height) < targetPx - SLACK_PX)
      found.push(`target of ${size.width.toFixed()} × ${size.height.toFixed()} px: ${describe(element)}`);
  };

  const checkPlace = (element: Element) => {
    const { left, right } = element.getBoundingClientRect();
    if ((left < -SLACK_PX || right > width + SLACK_PX) && !scrollsAside(element))
      found.push(`from ${left.toFixed()} to ${right.toFixed()} of ${width} px: ${describe(element)}`);
  };

  if (document.documentElement.scrollWidth > width) found.push('the page is wider than its window');
  for (const element of document.body.querySelectorAll('*')) {
    if (!isShown(element)) continue;
    checkText(element);
    checkTarget(element);
    checkPlace(element);
  }
  return found;
}
