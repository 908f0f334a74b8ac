/* The explorer of a country or of the world: a map, sizes by rank and a table of cities, linked. */
(() => {
  const { FORMS, asCsv, asPicture, boxAround, count, isAsked, isIn, key, makeMap, makePlot, tell, unpack } =
    window.scsreportExplorer;
  const { loadData } = window.scsreportLoading;
  const FIRST = 15;
  const MORE = 500;
  const PAUSE = 200; /* milliseconds without a change, after which the address follows */

  /** @type {HTMLElement} */
  const root = document.querySelector(".explorer");
  if (!root) return;
  const { file, folder, sources, title, whole } = root.dataset;
  /** @type {(name: string) => any} */
  const at = (name) => root.querySelector(`.explorer-${name}`);
  /** @type {(name: string) => any} */
  const field = (name) => root.querySelector(`[name="${name}"]`);
  const rules = [...field("rule").options].map((option) => option.value).filter(Boolean);
  const STATE = ["rule", "sure", ...FORMS, ...(field("place") ? ["place"] : [])];

  /** @type {City[]} */
  let cities = [];
  /** @type {City[]} */
  let shown = [];
  /** @type {City | undefined} */
  let chosen;
  let rows = FIRST;
  let map;
  let plot;
  /** @type {[number, number]} */
  let size;

  function element(name, text, properties = {}) {
    return Object.assign(document.createElement(name), { textContent: text }, properties);
  }

  /** What the fields ask for. */
  function wish() {
    return {
      rule: field("rule").value,
      percent: field("sure").valueAsNumber,
      forms: FORMS.filter((form) => field(form).checked),
      place: field("place")?.value,
    };
  }

  /** How many cities are shown, in words. */
  const counted = () => `${count(shown.length)} of ${count(cities.length)} cities are shown.`;

  /** Say how many cities are shown and, where they are of one country, which page has a closer map. */
  function sayCount() {
    at("said").textContent = counted();
    const place = field("place")?.selectedOptions[0];
    if (!place || !cities.some(({ country }) => country.slug === place.value)) return;
    const page = element("a", place.textContent, { href: `../countries/${place.value}.html#explore` });
    at("said").append(" A closer map: ", page, ".");
  }

  /** @param {City} city */
  function makeRow(city) {
    const row = element("tr", "");
    row.dataset.rank = city.rank;
    const head = element("th", "", { scope: "row" });
    head.append(element("a", city.name, { href: city.address }));
    const told = [count(city.people), city.label, city.sure];
    if (city.country) told.unshift(city.country.name);
    row.append(head, ...told.map((text) => element("td", text)));
    return row;
  }

  function fillTable() {
    at("rows").replaceChildren(...shown.slice(0, rows).map(makeRow));
    const left = shown.length - rows;
    at("more").hidden = left <= 0;
    at("more").textContent = `Show ${count(Math.min(left, MORE))} more`;
  }

  /**
   * Choose a city in all views; none takes the choice back.
   * @param {City} [city]
   */
  function choose(city) {
    chosen = city;
    map.choose(city);
    plot.choose(city);
    for (const row of root.querySelectorAll("tr.explorer-chosen")) row.classList.remove("explorer-chosen");
    if (!city) return;
    root.querySelector(`tr[data-rank="${city.rank}"]`)?.classList.add("explorer-chosen");
    at("said").replaceChildren(element("a", city.name, { href: city.address }), tell(city));
  }

  function update() {
    const wanted = wish();
    shown = cities.filter((city) => isAsked(city, wanted));
    map.show(shown);
    plot.show(shown);
    fillTable();
    sayCount();
    field("sure").nextElementSibling.value = `${field("sure").value}\u00a0%`;
    choose(shown.includes(chosen) ? chosen : undefined);
  }

  /** Draw the place that the field names, or all of the map. */
  function frame() {
    const place = field("place")?.value;
    const inside = cities.filter((city) => isIn(city, place));
    map.frame(place ? boxAround(inside) : [0, 0, ...size], inside);
  }

  function keepInAddress() {
    const values = STATE.map((name) => (field(name).type === "checkbox" ? Number(field(name).checked) : field(name).value));
    history.replaceState(null, "", `#explore/${values.join("/")}`);
  }

  let waiting = 0;
  /** Keep the choice in the address, not at each step of a slider: it costs more than to draw. */
  function keepInAddressSoon() {
    clearTimeout(waiting);
    waiting = setTimeout(keepInAddress, PAUSE);
  }

  function takeFromAddress() {
    const [first, ...values] = location.hash.slice(1).split("/");
    if (first !== "explore" || values.length !== STATE.length) return;
    STATE.forEach((name, place) => {
      if (field(name).type === "checkbox") field(name).checked = values[place] === "1";
      else field(name).value = values[place];
      if (field(name).selectedIndex === -1) field(name).value = ""; /* no longer there */
    });
    root.scrollIntoView();
  }

  function save(name, type, text) {
    const link = element("a", "", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /** Arrows go from city to city by size; Enter opens the one that is chosen. */
  function onKey(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      const place = shown.indexOf(chosen);
      choose(shown[place < 0 ? 0 : (place + step + shown.length) % shown.length]);
    } else if (event.key === "Enter" && chosen) location.href = chosen.address;
  }

  function onRow(event) {
    const rank = event.target.closest("[data-rank]")?.dataset.rank;
    if (rank) choose(cities[rank - 1]);
  }

  /** Have a touched mark, or one under the mouse, tell its city. */
  function listen(svg, marks) {
    const onPoint = (event) => {
      const city = marks.nearest(shown, event);
      if (city && city !== chosen) choose(city);
    };
    svg.addEventListener("click", onPoint);
    svg.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") onPoint(event);
    });
  }

  /**
   * Offer continents and countries, where there are several.
   * @param {{continents?: Record<string, string>, countries?: string[][]}} held
   */
  function offerPlaces({ continents, countries }) {
    /** @type {[string, string[][]][]} */
    const places = [
      ["Continents", Object.entries(continents)],
      ["Countries", countries],
    ];
    for (const [label, options] of places) {
      const group = element("optgroup", "", { label });
      group.append(...options.map(([value, text]) => element("option", text, { value })));
      field("place").append(group);
    }
    field("place").addEventListener("input", frame); /* before the update below */
  }

  /** @param {any} held What the file of data holds. */
  function open(held) {
    if (field("place")) offerPlaces(held);
    size = held.size;
    cities = unpack(held, rules);
    map = makeMap(at("map"), held.land);
    plot = makePlot(at("plot"), cities, whole);
    takeFromAddress();
    frame();
    update();
    for (const name of STATE) {
      field(name).addEventListener("input", () => {
        update();
        keepInAddressSoon();
      });
    }
    at("more").addEventListener("click", () => {
      rows += MORE;
      fillTable();
    });
    at("picture").addEventListener("click", () => {
      const picture = asPicture(at("map"), `${title}: ${counted()}`, sources);
      save(`${file}.svg`, "image/svg+xml", picture);
    });
    at("csv").addEventListener("click", () => save(`${file}.csv`, "text/csv", asCsv(shown)));
    at("map").addEventListener("keydown", onKey);
    listen(at("map"), map);
    listen(at("plot"), plot);
    for (const type of ["pointerover", "focusin", "click"]) at("rows").addEventListener(type, onRow);
  }

  root.hidden = false;
  for (const form of FORMS) field(form).after(" ", key(form));
  loadData(folder, file).then(open, () => {
    at("said").textContent = "The cities did not load. Load the page again.";
  });
})();
