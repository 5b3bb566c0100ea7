// Fills in the time zone that the browser knows, where the reader has not chosen one.

export function bind(field) {
  if (field.value) return;
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!guess) return;
  const known = field.tagName !== "SELECT" || [...field.options].some((option) => option.value === guess);
  if (known) field.value = guess;
}
