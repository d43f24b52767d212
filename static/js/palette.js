// The palette of Ctrl+K: arrow keys through what was found, Enter opens; nothing happens while a word is being composed.
(function () {
  "use strict";
  const dialog = document.getElementById("palette");
  if (!dialog || !dialog.showModal) return;
  const input = dialog.querySelector("input[type=search]");
  const list = dialog.querySelector(".palette-results");
  let active = 0;
  const options = () => Array.from(list.querySelectorAll("[role=option]"));
  const mark = (place) => {
    active = place;
    options().forEach((option, index) => {
      option.id = "palette-option-" + index;
      option.classList.toggle("active", index === place);
      option.setAttribute("aria-selected", index === place ? "true" : "false");
      if (index === place) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
    if (!options().length) input.removeAttribute("aria-activedescendant");
  };
  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    input.value = "";
    input.focus();
    window.htmx.trigger(input, "palette-open");
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      event.stopPropagation();
      open();
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
    if (event.target === dialog) dialog.close();
  });
  list.addEventListener("htmx:afterSwap", () => mark(0));
  let waiting = false;
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const count = options().length;
    if (event.key === "Escape") {
      event.preventDefault();
      dialog.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      mark((active + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // Typed ahead of the answer, Enter waits for it.
      if (input.classList.contains("htmx-request") || input.dataset.asked !== input.value) waiting = true;
      else if (options()[active]) options()[active].click();
    }
  });
  list.addEventListener("htmx:afterSwap", () => {
    input.dataset.asked = input.value;
    if (waiting && options()[0]) options()[0].click();
    waiting = false;
  });
})();
