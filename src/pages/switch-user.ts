import type { Form } from './document.ts';
import type { Content } from './elements.ts';
import { postForm, stepButton } from './elements.ts';
import type { Texts } from './texts/texts.ts';

/** The way out for who finds somebody else signed in, as on a computer that many use. Sends step `switch-user`. */
export function switchUserForm(form: Form, { switchUser }: Texts): Content {
  return postForm(form, { class: 'switch' }, stepButton('switch-user', 'secondary', switchUser));
}
