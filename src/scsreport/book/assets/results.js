/* The page of results: countries and cities first, and below each title what the page says. */
(() => {
  const FOLDER = "countries";
  const BEFORE = 60;  // letters of an excerpt before the word, and in all
  const LENGTH = 240;
  const NOTHING = "No chapter has all of these words.";
  const { loadScript } = window.scsreportLoading;
  const { makeLink, search } = window.scsreportFinder;

  /** One letter for each letter, without accents and in small, so that places in a text stay. */
  const level = (text) => Array.from(text, (sign) => sign.normalize("NFD")[0].toLowerCase()).join("");

  /** The beginning of each word that a search looks for, without what it may end in. */
  function wordsOf(query) {
    const stemmer = new Stemmer();
    return splitQuery(query).map((word) => level(stemmer.stemWord(word.toLowerCase()))).filter(Boolean);
  }

  /** Where the first word stands that begins so; -1 if none does. */
  function firstPlace(text, words) {
    if (!words.length) return -1;
    return text.search(new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join("|")})`, "u"));
  }

  /** A part of a text around the first of some words, with the words marked. */
  function excerpt(text, words) {
    const flat = level(text);
    const start = Math.max(0, firstPlace(flat, words) - BEFORE);
    const from = start ? text.indexOf(" ", start) + 1 : 0;
    const shown = Array.from(text).slice(from, from + LENGTH).join("");
    const line = document.createElement("p");
    line.className = "search-excerpt";
    if (from) line.append("… ");
    let rest = shown;
    for (let place = firstPlace(level(rest), words); place >= 0; place = firstPlace(level(rest), words)) {
      const [word] = rest.slice(place).match(/^[\p{L}\p{N}\p{M}]+/u) ?? [rest[place]];
      const mark = document.createElement("mark");
      mark.textContent = word;
      line.append(rest.slice(0, place), mark);
      rest = rest.slice(place + word.length);
    }
    line.append(rest);
    if (from + LENGTH < text.length) line.append("…");
    return line;
  }

  /** The section of a page that a result leads to, or the first one that has a word. */
  function textOf(link, words) {
    const [page, anchor] = link.getAttribute("href").split("#");
    const sections = window.scsreportTexts[page.replace(/\.html$/, "")] ?? {};
    if (anchor in sections) return sections[anchor];
    const texts = Object.values(sections);
    return texts.find((text) => firstPlace(level(text), words) >= 0) ?? texts[0];
  }

  function explain(item, words) {
    const link = item.querySelector(":scope > a");
    if (!link || item.childElementCount > 1) return;
    const text = textOf(link, words);
    if (text) item.append(excerpt(text, words));
  }

  /** Say that no chapter was found where Sphinx doubts the spelling, for a place may be found. */
  function sayNothing(results) {
    const said = results.querySelector(".search-summary");
    if (said?.textContent.includes("did not match")) said.textContent = NOTHING;
  }

  async function explainResults(results, words) {
    await loadScript("searchtext.js");
    const explainAll = () => {
      sayNothing(results);
      for (const item of results.querySelectorAll("ul.search > li")) explain(item, words);
    };
    new MutationObserver(explainAll).observe(results, { childList: true, subtree: true });
    explainAll();
  }

  /**
   * Name the words to mark in the address of a page that is opened from disk.
   *
   * Sphinx stores them for that page. From disk Chromium starts a process for it, which at times
   * reads the storage as it was before; the address is where Sphinx looks next.
   */
  function carryWords(list, query) {
    const carry = (event) => {
      const link = event.target.closest("a");
      const [, , , words] = Search._parseQuery(query);
      if (link) link.search = new URLSearchParams({ highlight: [...words].join(" ") });
    };
    list.addEventListener("click", carry);
    list.addEventListener("auxclick", carry);
  }

  async function placeLine(place) {
    await loadScript(`${FOLDER}/${place.page}.js`);
    const [lead, entries] = window.scsreportSaid[place.page];
    const line = document.createElement("li");
    const said = document.createElement("p");
    said.className = "search-excerpt";
    said.textContent = place.anchor ? entries[place.anchor] : lead;
    line.append(makeLink(FOLDER, place), said);
    return line;
  }

  async function showPlaces(results, query) {
    const found = await search(FOLDER, query);
    if (!found.length) return;
    const section = document.createElement("section");
    section.className = "search-places";
    const title = document.createElement("h2");
    title.textContent = "Countries and cities";
    const list = document.createElement("ul");
    list.append(...(await Promise.all(found.map(placeLine))));
    section.append(title, list);
    results.before(section);
  }

  // Once Sphinx's own scripts are read, which come after this one.
  document.addEventListener("DOMContentLoaded", () => {
    const results = document.getElementById("search-results");
    const query = new URLSearchParams(location.search).get("q");
    if (!results || !query) return;
    if (location.protocol === "file:") carryWords(results.parentElement, query);
    explainResults(results, wordsOf(query));
    showPlaces(results, query);
  });
})();
