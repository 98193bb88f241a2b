/**
 * The page's script, as text. Everything is on the page without it: it folds what is long, filters the map, keeps the
 * filter in the address, and opens what an address leads to. It reads the page and writes nothing but attributes and one
 * line of text.
 */
export const script = `
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const form = document.getElementById("filter");
  for (const one of all("details.fold, details.fn")) one.open = false;

  // Printing shows what is folded, whatever the browser knows of styles for it.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details.fold:not([open], .screen), details.class-group:not([open])");
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });

  const fields = ["text", "region", "class", "rule"];
  const clear = () => {
    for (const name of fields) form.elements[name].value = "";
  };

  const reveal = (id) => {
    const target = id === "" ? null : document.getElementById(id);
    if (target === null) return;
    if (form !== null && target.closest("li[hidden], details[hidden], .map-region[hidden]") !== null) {
      clear();
      apply();
    }
    for (let at = target; at !== null; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    const summary = target.querySelector(":scope > summary");
    if (summary !== null) summary.focus({ preventScroll: true });
  };

  const items = all(".functions > li").map((element) => ({
    element,
    text: element.dataset.text,
    regions: JSON.parse(element.dataset.regions),
    class: element.dataset.class,
    rules: JSON.parse(element.dataset.rules),
  }));
  const groups = all(".class-group");
  for (const group of groups) group.open = all(".functions > li", group).length <= 40;
  const opened = groups.map((group) => group.open);

  const apply = () => {
    const wanted = Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
    const words = wanted.text.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    const isFiltered = fields.some((name) => wanted[name] !== "");
    let count = 0;
    for (const item of items) {
      const fits =
        words.every((word) => item.text.includes(word)) &&
        (wanted.region === "" || item.regions.includes(wanted.region)) &&
        (wanted.class === "" || item.class === wanted.class) &&
        (wanted.rule === "" || (wanted.rule === "*" ? item.rules.length > 0 : item.rules.includes(wanted.rule)));
      item.element.hidden = !fits;
      if (fits) count += 1;
    }
    groups.forEach((group, index) => {
      const some = all(":scope > .functions > li:not([hidden])", group).length > 0;
      group.hidden = !some;
      group.open = isFiltered ? some : opened[index];
    });
    for (const region of all(".map-region")) region.hidden = all(".class-group:not([hidden])", region).length === 0;
    for (const guests of all(".guests")) guests.hidden = isFiltered;
    document.getElementById("no-match").hidden = count > 0;
    document.getElementById("matches").textContent = count + " of " + items.length + " functions";
    return wanted;
  };

  const addressOf = (wanted) => {
    const query = new URLSearchParams();
    for (const name of fields) if (wanted[name] !== "") query.set(name, wanted[name]);
    return query.size === 0 ? "#map" : "#map?" + query;
  };

  const follow = () => {
    const hash = location.hash.slice(1);
    if (form !== null && (hash.startsWith("map?") || hash === "map")) {
      const query = new URLSearchParams(hash.slice(4));
      clear();
      for (const name of fields) {
        const value = query.get(name);
        if (value !== null) form.elements[name].value = value;
        // A choice that this page does not have is no choice.
        if (form.elements[name].selectedIndex === -1) form.elements[name].value = "";
      }
      apply();
      document.getElementById("map").scrollIntoView();
      return;
    }
    try {
      reveal(decodeURIComponent(hash));
    } catch {
      // An address that is none leads nowhere.
    }
  };

  if (form !== null) {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => history.replaceState(null, "", addressOf(apply())));
    form.addEventListener("reset", () => setTimeout(() => history.replaceState(null, "", addressOf(apply()))));
    apply();
  }
  addEventListener("hashchange", follow);
  // The address stays the same where a link leads to it again, and what it leads to may have been folded since.
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    if (link !== null && link.getAttribute("href") === location.hash) follow();
  });
  if (location.hash !== "") follow();
})();
`;
