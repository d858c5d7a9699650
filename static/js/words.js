/**
 * Words in the reader's language: from Django's catalogue where the page has brought one, else as they are written here.
 * Values come in by name, as in gettext("Moved %(title)s", { title }).
 */
const catalogue = globalThis.django ?? {};

const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

export const gettext = (text, values = {}) => filled(catalogue.gettext?.(text) ?? text, values);

export const ngettext = (one, many, count, values = {}) =>
  filled(catalogue.ngettext?.(one, many, count) ?? (count === 1 ? one : many), { count, ...values });
