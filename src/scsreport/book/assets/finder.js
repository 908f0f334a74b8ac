/* Find a country or a city by name, in any spelling; the names load when somebody begins to type. */
(() => {
  const MOST = 8;

  /** Letters without accents, marks and signs, in small: what is typed and what is listed meet. */
  function plain(name) {
    const stroked = { đ: "d", ø: "o", ł: "l", ı: "i", ħ: "h", ŧ: "t", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d" };
    const letters = name.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f\u200e\u200f]/g, "");
    return letters.replace(/[đøłıħŧßæœþð]/g, (letter) => stroked[letter]).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  /** Every name with where it leads; pages before their entries. */
  function listNames(pages) {
    const found = [];
    for (const [title, page, also, entries] of pages) {
      found.push({ label: title, page, names: [title, ...also].map(plain), isPage: true });
      for (const [name, anchor, ...others] of entries) {
        found.push({ label: `${name}, ${title}`, page, anchor, names: [name, ...others].map(plain) });
      }
    }
    return found;
  }

  /** How well a name fits: 0 whole, 1 its beginning, 2 the beginning of a word of it. */
  function fit(names, wanted) {
    const fits = names.map((name) => {
      if (name === wanted) return 0;
      if (name.startsWith(wanted)) return 1;
      return ` ${name}`.includes(` ${wanted}`) ? 2 : Infinity;
    });
    return Math.min(...fits);
  }

  function search(listed, typed) {
    const wanted = plain(typed);
    if (!wanted) return [];
    return listed
      .map((item) => ({ item, rank: fit(item.names, wanted) - (item.isPage ? 0.5 : 0) }))
      .filter(({ rank }) => Number.isFinite(rank))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MOST)
      .map(({ item }) => item);
  }

  function loadNames(folder) {
    return new Promise((loaded, failed) => {
      const script = document.createElement("script");
      script.src = `${folder}/names.js`;
      script.onload = () => loaded(listNames(window.scsreportNames));
      script.onerror = failed;
      document.head.append(script);
    });
  }

  function show(finder, found, typed) {
    const list = finder.querySelector(".finder-found");
    const items = found.map(({ label, page, anchor }) => {
      const link = document.createElement("a");
      link.href = `${finder.dataset.folder}/${page}.html${anchor ? `#${anchor}` : ""}`;
      link.textContent = label;
      const item = document.createElement("li");
      item.append(link);
      return item;
    });
    list.replaceChildren(...items);
    const said = found.length ? `${found.length} found` : "Nothing found: try another spelling, or the country.";
    finder.querySelector(".finder-said").textContent = typed.trim() ? said : "";
  }

  for (const finder of document.querySelectorAll(".finder")) {
    const field = finder.querySelector("input");
    let names;
    const load = () => (names ??= loadNames(finder.dataset.folder));
    const update = async () => show(finder, search(await load(), field.value), field.value);
    finder.hidden = false;
    field.addEventListener("focus", load);
    field.addEventListener("input", update);
    finder.addEventListener("submit", (event) => {
      event.preventDefault();
      finder.querySelector(".finder-found a")?.click();
    });
  }
})();
