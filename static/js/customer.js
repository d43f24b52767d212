// The customer page: the tab one is in, and a print that holds every panel.
(() => {
  "use strict";

  const waiting = () => [...document.querySelectorAll(".panel-lazy")].filter((body) => body.querySelector(".panel-fallback"));

  const fetchAll = () => {
    if (window.htmx) {
      waiting().forEach((body) => window.htmx.trigger(body, "revealed"));
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

  // A jump lands where it means to: straight there, so that the panels between stay unloaded, and once more whenever a
  // panel above has grown, until the person moves the page themselves.
  let held = null;
  const hold = () => held && held.scrollIntoView({ behavior: "instant", block: "start" });
  const jump = (name) => {
    const part = name && document.getElementById(name);
    if (!part || !part.closest(".page-content")) {
      return false;
    }
    part.querySelectorAll(".panel-lazy").forEach((body) => {
      if (window.htmx && body.querySelector(".panel-fallback")) {
        window.htmx.trigger(body, "revealed");
      }
    });
    held = part;
    hold();
    window.setTimeout(() => { held = held === part ? null : held; }, 4000);
    return true;
  };
  ["wheel", "touchmove", "keydown", "pointerdown"].forEach((kind) => {
    window.addEventListener(kind, () => { held = null; }, { passive: true });
  });
  document.addEventListener("htmx:afterSettle", hold);
  window.addEventListener("hashchange", () => jump(window.location.hash.slice(1)));
  window.addEventListener("load", () => jump(window.location.hash.slice(1)));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && jump(link.hash.slice(1))) {
      event.preventDefault();
      window.history.pushState(null, "", link.hash);
    }
  });

  const tabs = document.querySelector("[data-tabs]");
  if (!tabs || !("IntersectionObserver" in window)) {
    return;
  }
  const links = new Map([...tabs.querySelectorAll("a[href^='#']")].map((link) => [link.hash.slice(1), link]));
  const inSight = new Set();
  const mark = () => {
    const first = [...links.keys()].find((name) => inSight.has(name));
    links.forEach((link, name) => {
      if (name === first) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    });
  };
  const top = tabs.getBoundingClientRect().bottom;
  const observer = new IntersectionObserver((entries) => {
    entries.forEach((entry) => (entry.isIntersecting ? inSight.add(entry.target.id) : inSight.delete(entry.target.id)));
    mark();
  }, { rootMargin: `-${Math.max(0, Math.min(Math.round(top), 240))}px 0px -40% 0px` });
  links.forEach((link, name) => {
    const part = document.getElementById(name);
    if (part) {
      observer.observe(part);
    }
  });
})();
