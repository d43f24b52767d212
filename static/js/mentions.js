// Names of colleagues after an @ in a note. Without it a name is typed whole.
(function () {
  "use strict";

  const AT = /(?:^|[^A-Za-z0-9_.])@([^\s@,，。；;:：]{0,20})$/;
  let list = null;
  let field = null;
  let asked = 0;

  function close() {
    if (list) list.remove();
    list = null;
    if (field) field.removeAttribute("aria-expanded");
  }

  function word(area) {
    const found = AT.exec(area.value.slice(0, area.selectionStart));
    return found ? found[1] : null;
  }

  function choose(item) {
    const begun = word(field);
    if (begun === null) return close();
    const end = field.selectionStart;
    const start = end - begun.length;
    const name = item.dataset.called + " ";
    field.setRangeText(name, start, end, "end");
    field.focus();
    return close();
  }

  function mark(item) {
    list.querySelectorAll("[role=option]").forEach((one) => one.setAttribute("aria-selected", String(one === item)));
  }

  async function offer(area) {
    const begun = word(area);
    if (begun === null) return close();
    const turn = ++asked;
    const url = new URL(area.dataset.mentionUrl, window.location.origin);
    url.searchParams.set("at", begun);
    const answer = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    if (turn !== asked || !answer.ok) return undefined;
    const text = await answer.text();
    if (turn !== asked || document.activeElement !== area) return undefined;
    close();
    const holder = document.createElement("div");
    holder.innerHTML = text;
    const names = holder.querySelector("ul");
    if (!names || !names.children.length) return undefined;
    list = names;
    field = area;
    area.after(list);
    area.setAttribute("aria-expanded", "true");
    mark(list.firstElementChild);
    return undefined;
  }

  document.addEventListener("input", (event) => {
    const area = event.target.closest("textarea[data-mention-url]");
    if (area) offer(area);
  });

  document.addEventListener("mousedown", (event) => {
    if (!list) return;
    const item = event.target.closest("[role=option]");
    if (item && list.contains(item)) {
      event.preventDefault();
      choose(item);
    } else {
      close();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!list || event.target !== field) return;
    const items = Array.from(list.querySelectorAll("[role=option]"));
    const at = items.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") {
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      mark(items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length]);
    } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
      choose(items[at]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
