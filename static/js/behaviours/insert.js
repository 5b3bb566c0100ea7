// Puts words into a field with one tap: where the doctor writes, at the end of the text, or instead of it. The
// browser's undo takes them out again. Without this the button sends the form, and the server does the same.

export function bind(button) {
  const { field, words, how } = button.dataset;
  button.type = "button";
  button.addEventListener("click", () => {
    const text = document.getElementById(field);
    if (!text) return;
    const [start, end] = place(text, how);
    const before = text.value.slice(0, start);
    write(text, start, end, between(before, how) + words + (how === "cursor" ? after(text.value, end) : ""));
  });
}

function place(text, how) {
  if (how === "whole") return [0, text.value.length];
  if (how === "end") return [text.value.trimEnd().length, text.value.length];
  return [text.selectionStart, text.selectionEnd];
}

// A row of hashtags stays a row; any other words begin after a space, or a line of their own after a sentence.
function between(before, how) {
  if (how === "whole" || !before || /\s$/.test(before)) return "";
  if (how === "end") return /(^|\s)#\S+$/.test(before) ? " " : "\n\n";
  return " ";
}

function after(value, end) {
  return end < value.length && !/^[\s.,;:!?)]/.test(value.slice(end)) ? " " : "";
}

function write(text, start, end, words) {
  text.focus();
  text.setSelectionRange(start, end);
  // The command keeps the browser's undo; where it is gone, the range is written without it.
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, start, end, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
