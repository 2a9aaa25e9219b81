/*
 * What the tests measure within a page. In JavaScript: Playwright sends these functions to the browser as their text.
 */

/** How far the page is wider than its window, and what sticks out. */
export function measureOverflow() {
  const inner = innerWidth;
  const wide = [...document.body.querySelectorAll('*')]
    .filter((element) => !element.closest('.unseen') && element.getBoundingClientRect().right > inner + 0.5)
    .map((element) => `${element.tagName}.${element.className}`);
  return { wider: document.documentElement.scrollWidth - inner, wide };
}

/** Contrast of each text, and of the edge of each field, to what lies behind it. */
export function measureContrast() {
  const parse = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = parse(color).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const groundOf = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor;
      const [, , , alpha = 1] = parse(color);
      if (alpha === 1) return color;
      if (alpha !== 0) throw new Error(`A ground that shines through: ${color}`);
    }
    return 'rgb(255, 255, 255)';
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.nodeValue.trim();
    const element = walker.currentNode.parentElement;
    if (text === '' || !element.checkVisibility()) continue;
    const value = contrast(getComputedStyle(element).color, groundOf(element));
    found.push({ kind: 'text', text: text.slice(0, 40), contrast: value });
  }
  for (const element of document.querySelectorAll(
    'input:not([type=hidden], [type=checkbox], [type=radio]), .secondary, .danger',
  )) {
    const value = contrast(getComputedStyle(element).borderTopColor, groundOf(element.parentElement));
    found.push({ kind: 'edge', text: element.name || element.textContent, contrast: value });
  }
  return found;
}

/** Width and height of what is pressed, in CSS pixels; a box counts with its row, which its label covers. */
export function measureTargets() {
  return [...document.querySelectorAll('input:not([type=hidden]), button, a, summary')].map((element) => {
    const { width, height } = (element.closest('.choice') ?? element).getBoundingClientRect();
    return { name: element.name || element.textContent, width, height };
  });
}

/** In order, what the tabulator key should reach: of a group of radio buttons the first. */
export function listFocusable() {
  const groups = new Set();
  return [...document.querySelectorAll('input:not([type=hidden]), button, a[href], summary, [tabindex="0"]')]
    .filter((element) => {
      if (element.type !== 'radio') return true;
      const isFirst = !groups.has(element.name);
      groups.add(element.name);
      return isFirst;
    })
    .map(nameElement);

  function nameElement(element) {
    return `${element.tagName} ${element.id || element.value || element.textContent}`;
  }
}

/** What has the focus, and whether one sees it. */
export function describeFocus() {
  const element = document.activeElement;
  if (element === document.body) return undefined;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom } = element.getBoundingClientRect();
  return {
    element: `${element.tagName} ${element.id || element.value || element.textContent}`,
    outline: outlineStyle === 'none' ? 0 : parseFloat(outlineWidth),
    isInView: bottom > 0 && top < document.documentElement.clientHeight,
  };
}
