import { byId } from './dom.js';

/** The form in the header takes an id, or any text with one in it. */
export function wireJump(): void {
  byId('jump').addEventListener('submit', (event) => {
    event.preventDefault();
    const field = byId('jump-id') as HTMLInputElement;
    const id = /[0-9a-f]{32}/i.exec(field.value)?.[0];
    field.setCustomValidity(id ? '' : 'A trace id has 32 hexadecimal digits.');
    if (id) location.assign(`/trace/${id.toLowerCase()}`);
    else field.reportValidity();
  });
  byId('jump-id').addEventListener('input', (event) => (event.target as HTMLInputElement).setCustomValidity(''));
}
