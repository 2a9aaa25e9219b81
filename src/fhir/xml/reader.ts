import type { SaxesAttributeNS, SaxesTagNS } from 'saxes';
import type { Resource } from '../resource.ts';
import type { Complaints } from './complaints.ts';
import { alignArrays, pathOf, treeOf } from './frame.ts';
import type { Frame, Tree } from './frame.ts';
import { FHIR, XHTML, XML, XMLNS, XSI, tellable } from './names.ts';
import { normaliseDiv } from './narrative.ts';
import type { Shape, Slot } from './shape.ts';
import { textToValue } from './value.ts';

/**
 * Levels at most, as in JSON: of objects and arrays that the elements become; of elements within a narrative, or within
 * an element that is not known.
 */
const MAX_DEPTH = 64;

const BLANK = /[ \t\r\n]*/y;

/** What R4 has. */
export interface Knowledge {
  readonly resourceTypes: readonly string[];
  isResourceType(name: string): boolean;
  shapeOf(type: string): Shape;
}

/** A narrative that is open. */
interface Narrative {
  readonly start: number;
  /** Open elements, the div included. */
  open: number;
  /** Whether JSON has it in another form than this document. */
  isForeign: boolean;
}

/** Builds the tree of a resource from the tags of its document, and finds what is wrong with them. */
export class Reader {
  private readonly known: Knowledge;
  private readonly text: string;
  private readonly at: () => number;
  private readonly complain: Complaints;
  private frame: Frame | undefined;
  private root: Tree | undefined;
  private narrative: Narrative | undefined;
  /** Open elements of a subtree that is not read because its top is wrong. */
  private skipped = 0;

  /** `at`: where the parser stands in the text, behind the markup just met. */
  constructor(known: Knowledge, text: string, at: () => number, complain: Complaints) {
    this.known = known;
    this.text = text;
    this.at = at;
    this.complain = complain;
  }

  /** What was read, when the document has ended. */
  get resource(): Resource {
    return this.root as Resource;
  }

  readTag(tag: SaxesTagNS): void {
    if (this.skipped > 0) this.skip();
    else if (this.narrative !== undefined) this.openInNarrative(this.narrative, tag);
    else if (this.frame === undefined || this.frame.slot?.form === 'resource') this.openResource(this.frame, tag);
    else this.openElement(this.frame, tag);
  }

  readEndTag(): void {
    if (this.skipped > 0) this.skipped -= 1;
    else if (this.narrative !== undefined) this.closeInNarrative(this.narrative);
    else this.closeElement(this.frame!);
  }

  readText(text: string): void {
    if (this.frame === undefined || this.skipped > 0 || this.narrative !== undefined || !hasContent(text)) return;
    // The parser stands behind the "<" that ended the text.
    BLANK.lastIndex = this.text.lastIndexOf('>', this.at() - 2) + 1;
    BLANK.test(this.text);
    this.complain.looseText(this.frame, BLANK.lastIndex);
  }

  readCdata(): void {
    if (this.narrative !== undefined) this.narrative.isForeign = true;
    else if (this.skipped === 0 && this.frame !== undefined) {
      this.complain.looseText(this.frame, this.text.lastIndexOf('<![CDATA[', this.at()));
    }
  }

  private openResource(holder: Frame | undefined, tag: SaxesTagNS): void {
    if (holder?.isFilled === true) this.complain.severalResources(holder);
    else if (tag.uri !== FHIR) this.complain.namespace(tag.uri, pathOf(holder));
    else if (this.known.isResourceType(tag.local)) {
      const node: Tree = { resourceType: tag.local };
      if (holder === undefined) this.root = node;
      else put(treeOf(holder.parent!), holder.slot!, node);
      const depth = (holder?.depth ?? 0) + 1;
      this.readAttributes(this.enter(undefined, this.known.shapeOf(tag.local), node, -1, depth), tag);
      return;
    } else this.complain.resourceType(tag.local, this.known.resourceTypes, pathOf(holder));
    if (holder !== undefined) holder.isFilled = true;
    this.skip();
  }

  private openElement(parent: Frame, tag: SaxesTagNS): void {
    const slot = parent.shape.elements.get(tag.local);
    parent.isFilled = true;
    if (slot?.form === 'narrative') this.openNarrative(parent, slot, tag);
    else if (tag.uri !== FHIR) this.refuse(() => this.complain.namespace(tag.uri, pathOf(parent, tellable(tag.local))));
    else if (slot === undefined) this.refuse(() => this.complain.unknownElement(parent, tag.local));
    else {
      this.checkOrder(parent, slot);
      this.readAttributes(this.enterElement(parent, slot, tag), tag);
    }
  }

  private enterElement(parent: Frame, slot: Slot, tag: SaxesTagNS): Frame {
    const tree = this.openTree(parent);
    const level = parent.depth + (isPrimitive(parent) ? 1 : 0) + (slot.array ? 1 : 0);
    if (slot.form === 'object') {
      const node: Tree = {};
      return this.enter(slot, slot.shape(), node, put(tree, slot, node), level + 1);
    }
    if (slot.form === 'resource') {
      const index = slot.array ? ((tree[slot.name] as unknown[] | undefined)?.length ?? 0) : -1;
      return this.enter(slot, slot.shape(), undefined, index, level);
    }
    const text = tag.attributes['value']?.value ?? '';
    const value = hasContent(text) ? textToValue(slot.form, text) : null;
    // Among the values of an array null holds the place for one that is not given.
    const index = slot.array || value != null ? put(tree, slot, value ?? null) : -1;
    const frame = this.enter(slot, slot.shape(), undefined, index, level);
    if (value === undefined) this.complain.value(frame, slot);
    return frame;
  }

  private enter(slot: Slot | undefined, shape: Shape, node: Tree | undefined, index: number, depth: number): Frame {
    if (depth > MAX_DEPTH) throw this.complain.tooDeep(MAX_DEPTH);
    const parent = this.frame;
    if (parent !== undefined) parent.isFilled = true;
    this.frame = { parent, slot, shape, node, index, depth, last: undefined, isFilled: false, aligned: undefined };
    return this.frame;
  }

  /** The object for what an element holds. That of a primitive is one level below its value. */
  private openTree(frame: Frame): Tree {
    if (isPrimitive(frame) && frame.depth >= MAX_DEPTH) throw this.complain.tooDeep(MAX_DEPTH);
    return treeOf(frame);
  }

  private closeElement(frame: Frame): void {
    if (!frame.isFilled && frame.slot !== undefined) this.complain.empty(frame);
    alignArrays(frame);
    this.frame = frame.parent;
  }

  private checkOrder(parent: Frame, slot: Slot): void {
    const { last } = parent;
    if (last === undefined || slot.order > last.order) parent.last = slot;
    else if (!slot.array && isGiven(parent, slot)) this.complain.repeated(parent, slot);
    else if (slot.order < last.order) this.complain.order(parent, slot, last);
    else if (slot !== last) this.complain.choices(parent, slot, last);
  }

  private readAttributes(frame: Frame, tag: SaxesTagNS): void {
    for (const name in tag.attributes) {
      const attribute = tag.attributes[name]!;
      if (attribute.uri === XMLNS || isSchemaLocation(frame, attribute)) continue;
      const isValue = name === 'value' && isPrimitive(frame);
      if (!isValue && !frame.shape.attributes.has(name)) {
        this.complain.unknownAttribute(frame, name);
        continue;
      }
      if (!hasContent(attribute.value)) this.complain.emptyAttribute(frame, name);
      else if (!isValue) {
        this.openTree(frame)[name] = attribute.value;
        if (name === 'id') continue;
      }
      frame.isFilled = true;
    }
  }

  private openNarrative(parent: Frame, slot: Slot, tag: SaxesTagNS): void {
    if (tag.uri !== XHTML) return this.refuse(() => this.complain.narrativeNamespace(pathOf(parent, slot.element)));
    this.checkOrder(parent, slot);
    this.narrative = { start: this.complain.tagStart(), open: 0, isForeign: tag.attributes['xmlns']?.value !== XHTML };
    this.openInNarrative(this.narrative, tag);
  }

  private openInNarrative(narrative: Narrative, tag: SaxesTagNS): void {
    if (tag.uri !== XHTML) return this.refuse(() => this.complain.narrativeNamespace(pathOf(this.frame, 'div')));
    narrative.open += 1;
    if (narrative.open > MAX_DEPTH) throw this.complain.tooDeep(MAX_DEPTH);
    narrative.isForeign ||= tag.prefix !== '';
    for (const name in tag.attributes) {
      const { prefix, uri } = tag.attributes[name]!;
      if (prefix === 'xmlns') narrative.isForeign = true;
      else if (uri !== '' && uri !== XML && uri !== XMLNS) this.complain.unknownAttribute(this.frame, name);
    }
  }

  private closeInNarrative(narrative: Narrative): void {
    narrative.open -= 1;
    if (narrative.open > 0) return;
    this.narrative = undefined;
    const source = this.text.slice(narrative.start, this.at());
    treeOf(this.frame!)['div'] = narrative.isForeign ? normaliseDiv(source) : source;
  }

  /** Tells what is wrong with an element, and goes on behind it. */
  private refuse(tell: () => void): void {
    tell();
    this.skip();
  }

  private skip(): void {
    this.skipped += 1;
    if (this.skipped > MAX_DEPTH) throw this.complain.tooDeep(MAX_DEPTH);
  }
}

/** Puts a value where it belongs; its index, or -1 where it does not repeat. */
function put(tree: Tree, slot: Slot, value: unknown): number {
  if (!slot.array) {
    tree[slot.name] = value;
    return -1;
  }
  return ((tree[slot.name] ??= []) as unknown[]).push(value) - 1;
}

function isGiven({ node }: Frame, slot: Slot): boolean {
  return node !== undefined && (Object.hasOwn(node, slot.name) || Object.hasOwn(node, slot.companion));
}

function isPrimitive({ slot }: Frame): boolean {
  return slot?.form === 'text' || slot?.form === 'number' || slot?.form === 'boolean';
}

/** Says nothing of the content, and many writers add it to each resource. */
function isSchemaLocation({ slot }: Frame, { local, uri }: SaxesAttributeNS): boolean {
  return slot === undefined && uri === XSI && local === 'schemaLocation';
}

function hasContent(text: string): boolean {
  return /[^ \t\r\n]/.test(text);
}
