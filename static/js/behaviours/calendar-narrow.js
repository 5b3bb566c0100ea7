// A narrow window begins with the list, where a month would be a row of dots. A phone gets it from the server.

export function bind(calendar) {
  if (matchMedia("(max-width: 639.98px)").matches) location.replace(calendar.dataset.list);
}
