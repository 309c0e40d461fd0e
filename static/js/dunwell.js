// Improvements only: every page works without this file.
"use strict";

(() => {
  const typing = (target) =>
    target.closest("input, textarea, select, [contenteditable]") !== null;

  // Menus and explanations close when one clicks elsewhere, opens another, or presses Escape.
  const popups = "details[data-menu][open], details.dw-why[open]";
  const closePopups = (except) => {
    for (const popup of document.querySelectorAll(popups)) {
      if (popup !== except) popup.open = false;
    }
  };
  document.addEventListener("click", (event) => {
    closePopups(event.target.closest("details[data-menu], details.dw-why"));
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
    const copier = event.target.closest("[data-copy]");
    if (copier) navigator.clipboard?.writeText(copier.dataset.copy);
  });

  for (const button of document.querySelectorAll("[data-open-dialog]")) button.hidden = false;

  // Filters that send themselves.
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-autosubmit], [data-autosubmit] select, [data-autosubmit] input[type=date]")) {
      field.form?.requestSubmit();
    }
    if (field.matches("[data-check-all]")) {
      const scope = field.closest("form, table");
      for (const box of scope.querySelectorAll(`input[type=checkbox][name="${field.dataset.checkAll}"]`)) {
        box.checked = field.checked;
      }
    }
  });

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });

  // Keys: / search, ? help, g x go to a place, j k Enter through the rows of the first table.
  let went = 0;
  const rows = () => [...document.querySelectorAll("main .dw-table tbody tr")].filter((row) => row.querySelector("a"));
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const here = all.findIndex((row) => row.classList.contains("dw-here"));
    all[here]?.classList.remove("dw-here");
    const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
    next.classList.add("dw-here");
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a").focus({ preventScroll: true });
  };
  const keys = {
    "/": () => document.getElementById("dw-search")?.focus(),
    "?": () => document.getElementById("dw-keys")?.showModal(),
    j: () => step(1),
    k: () => step(-1),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      // Whoever was inside goes on from what opened it.
      event.target.closest(popups)?.querySelector("summary").focus();
      closePopups(null);
      if (event.target.id === "dw-search") event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (Date.now() - went < 1200) {
      went = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) {
        event.preventDefault();
        location.assign(place.href);
        return;
      }
    }
    if (event.key === "g") {
      went = Date.now();
      return;
    }
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // A form that opens over the page: the link leads to the same form as a page of its own.
  document.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.detail.target.closest("dialog");
    if (!dialog || dialog.open || !event.detail.requestConfig?.elt.matches("[data-opens]")) return;
    // Without a client the page asks for one: nothing was selected from it.
    if (event.detail.target.childElementCount) dialog.showModal();
    else location.assign(event.detail.requestConfig.elt.href);
  });

  // Work that ended while one watched: the page around it shows the result. Only a fragment that
  // was swapped in is the element itself here; on a fresh page it is the body.
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.matches("[data-job-finished]")) location.reload();
  });

  // Charts are large: their script is fetched only by pages that have one.
  const load = (src) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = src;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  let charts = null;
  const draw = async () => {
    if (!document.querySelector("[data-chart]")) return;
    charts ??= load(document.body.dataset.echarts).then(() => load(document.body.dataset.charts));
    await charts;
    window.dunwellCharts.draw();
  };
  document.addEventListener("htmx:load", draw);
  draw();
})();
