// The customer page: the section that is open, and a print that holds every panel.
(() => {
  "use strict";

  const waiting = () => [...document.querySelectorAll(".panel-lazy")].filter((body) => body.querySelector(".panel-fallback"));

  const fetchAll = () => {
    if (window.htmx) {
      waiting().filter((body) => !body.classList.contains("htmx-request")).forEach((body) => window.htmx.trigger(body, "wanted"));
    }
    document.querySelectorAll("details.file-section, details.fold").forEach((part) => { part.open = true; });
  };

  // A panel may bring panels of its own, so what has come is looked through again until nothing waits.
  const printAll = (until) => {
    fetchAll();
    if (waiting().length && Date.now() < until) {
      window.setTimeout(() => printAll(until), 200);
    } else {
      window.print();
    }
  };

  document.querySelectorAll("[data-print-all]").forEach((button) => {
    button.addEventListener("click", () => printAll(Date.now() + 10000));
  });
  window.addEventListener("beforeprint", fetchAll);

  // One section is open at a time, or all; the address says which, and without scripts the server reads it there.
  const groups = document.querySelector(".panel-groups");
  const tabs = document.querySelector("[data-tabs]");
  if (!groups || !tabs) {
    return;
  }
  groups.dataset.live = "";
  const FIRST = "overview";
  const sectionOf = (address) => new URL(address, window.location.href).searchParams.get("section") || FIRST;
  const links = new Map([...tabs.querySelectorAll("a")].map((link) => [sectionOf(link.href), link]));
  const groupOf = (name) => document.getElementById(`section-${name}`);
  const isOpen = (name) => Boolean(links.get(name) && links.get(name).hasAttribute("aria-current"));
  const open = (asked) => {
    const name = links.has(asked) ? asked : FIRST;
    links.forEach((link, code) => {
      link.toggleAttribute("aria-current", false);
      if (code === name) {
        link.setAttribute("aria-current", "page");
        tabs.scrollTo({ left: link.offsetLeft - (tabs.clientWidth - link.offsetWidth) / 2, behavior: "instant" });
      }
      const group = groupOf(code);
      if (group) {
        group.classList.toggle("is-open", name === "all" || code === name);
      }
    });
    groups.toggleAttribute("data-all", name === "all");
  };

  // A jump lands where it means to: straight there, and once more whenever a panel above has grown, until the person
  // moves the page themselves.
  let held = null;
  const hold = () => held && held.scrollIntoView({ behavior: "instant", block: "start" });
  const jump = (name) => {
    const part = name && document.getElementById(name);
    const group = part && part.closest(".panel-group");
    if (!group) {
      return "";
    }
    const section = group.id.replace("section-", "");
    if (!group.classList.contains("is-open")) {
      open(section);
    }
    held = part;
    hold();
    window.setTimeout(() => { held = held === part ? null : held; }, 4000);
    return isOpen("all") ? "all" : section;
  };
  ["wheel", "touchmove", "keydown", "pointerdown"].forEach((kind) => {
    window.addEventListener(kind, () => { held = null; }, { passive: true });
  });
  document.addEventListener("htmx:afterSettle", hold);

  const follow = () => {
    const { hash, href } = window.location;
    open(sectionOf(href));
    const section = jump(hash.slice(1));
    if (section && section !== sectionOf(href)) {
      window.history.replaceState(window.history.state, "", `?section=${section}${hash}`);
    }
  };
  window.addEventListener("popstate", follow);
  window.addEventListener("load", follow);

  const plain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !plain(event)) {
      return;
    }
    if (tabs.contains(link)) {
      const name = sectionOf(link.href);
      if (!isOpen(name)) {
        window.history.pushState(null, "", `?section=${name}`);
      }
      open(name);
      // Whoever has read on is taken to the head of what they opened.
      held = null;
      if (groups.getBoundingClientRect().top < tabs.getBoundingClientRect().bottom) {
        groups.scrollIntoView({ behavior: "instant", block: "start" });
      }
      event.preventDefault();
    } else if (link.getAttribute("href").startsWith("#")) {
      const section = jump(link.hash.slice(1));
      if (section) {
        window.history.pushState(null, "", `?section=${section}${link.hash}`);
        event.preventDefault();
      }
    }
  });
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const all = [...links.values()];
    const next = step && all[all.indexOf(document.activeElement) + step];
    if (next) {
      next.focus();
      event.preventDefault();
    }
  });
})();
