export type Child = Node | string | undefined | false;

/**
 * Makes an element. Text becomes text nodes and nothing is ever parsed as HTML: what stands in a span stays text.
 *
 * @param attributes `true` sets an attribute without a value; `false` and `undefined` leave it out
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** The element with this id, which the page has. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** Sets CSS custom properties; the content security policy forbids `style` attributes, but not this. */
export function withStyle<Element extends HTMLElement>(element: Element, properties: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
  return element;
}
