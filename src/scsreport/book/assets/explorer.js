/* The explorer of a country: a map, sizes by rank and a table of its cities, all three linked. */
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const FORMS = ["hub", "cluster", "corridor", "largest"]; /* in the order of explorer.py */
  const NAMES = ["Hub", "Cluster", "Corridor", "Largest"];
  const SHAPES = {
    hub: "M0-6A6 6 0 1 1 0 6A6 6 0 1 1 0-6Z",
    cluster: "M-5-5H5V5H-5Z",
    corridor: "M0-6.5L6 5H-6Z",
    largest: "M0-7L7 0L0 7L-7 0Z",
  };
  /* Written out: rules of the style sheet that no word names are dropped. */
  const CLASSES = {
    hub: "explorer-hub",
    cluster: "explorer-cluster",
    corridor: "explorer-corridor",
    largest: "explorer-largest",
  };
  const SHOWN = 15;
  const PLOT = { wide: 420, high: 300, left: 76, below: 34, room: 12 };

  const root = document.querySelector(".explorer");
  if (!root) return;
  const { folder, country } = root.dataset;
  const at = (name) => root.querySelector(`.explorer-${name}`);
  const field = (name) => root.querySelector(`[name="${name}"]`);
  const count = (number) => number.toLocaleString("en");
  const RULES = [...field("rule").options].map((option) => option.value).filter(Boolean);
  let cities = [];
  let size;
  let all = false;
  let chosen;

  function drawn(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function unpack([name, anchor, people, x, y, form, sure, contested, rules], place) {
    const met = RULES.filter((_, bit) => rules & (1 << bit));
    return { name, anchor, people, x, y, form: FORMS[form], label: NAMES[form], sure, contested, met, rank: place + 1 };
  }

  /** What a city is, in a line. */
  function tell(city) {
    const certain = city.form === "largest" ? "" : `, ${city.sure}\u00a0% certain${city.contested ? ", contested" : ""}`;
    const met = city.met.length ? `secondary under ${city.met.join(", ")}` : "secondary under no rule";
    return `${city.name}: number ${city.rank} with ${count(city.people)} people; ${city.label.toLowerCase()}${certain}; ${met}.`;
  }

  /** Cities that the fields ask for, the largest first. */
  function asked() {
    const rule = field("rule").value;
    const sure = Number(field("sure").value);
    const forms = FORMS.filter((form) => field(form).checked);
    return cities.filter((city) =>
      forms.includes(city.form) && (!rule || city.met.includes(rule)) && (city.form === "largest" || city.sure >= sure));
  }

  /** A mark at a place; the larger the city, the larger the mark. */
  function mark(city, x, y, times) {
    const shape = drawn("path", {
      d: SHAPES[city.form],
      class: CLASSES[city.form],
      transform: `translate(${x} ${y}) scale(${times})`,
      "data-rank": city.rank,
    });
    shape.append(drawn("title", {}, tell(city)));
    return shape;
  }

  function drawMap(shown) {
    const unit = size[0] / 420;
    const marks = shown.map((city) => {
      const times = unit * Math.min(2.4, 0.55 + Math.sqrt(city.people / 1e7));
      return mark(city, city.x, city.y, times);
    });
    at("marks").replaceChildren(...marks);
  }

  function drawPlot(shown) {
    const { wide, high, left, below, room } = PLOT;
    const top = Math.log10(Math.max(...cities.map((city) => city.people)));
    const bottom = 5;
    const most = Math.max(1, Math.log10(cities.length));
    const x = (rank) => left + (Math.log10(rank) / most) * (wide - left - room);
    const y = (people) => room + ((top - Math.log10(people)) / (top - bottom || 1)) * (high - below - room);
    const lines = [];
    for (const [people, text] of [[1e5, "100,000"], [1e6, "1 million"], [1e7, "10 million"]]) {
      if (Math.log10(people) > top) continue;
      lines.push(drawn("path", { d: `M${left} ${y(people)}H${wide - room}`, class: "explorer-line" }));
      lines.push(drawn("text", { x: left - 6, y: y(people) + 4, "text-anchor": "end" }, text));
    }
    for (const rank of [1, 10, 100]) {
      if (rank > cities.length) continue;
      lines.push(drawn("text", { x: x(rank), y: high - 14, "text-anchor": "middle" }, String(rank)));
    }
    lines.push(drawn("text", { x: wide / 2, y: high - 1, "text-anchor": "middle" }, "Rank in the country"));
    at("plot").replaceChildren(...lines, ...shown.map((city) => mark(city, x(city.rank), y(city.people), 0.7)));
  }

  function fillTable(shown) {
    const rows = (all ? shown : shown.slice(0, SHOWN)).map((city) => {
      const row = document.createElement("tr");
      row.dataset.rank = city.rank;
      const head = document.createElement("th");
      head.scope = "row";
      const link = document.createElement("a");
      link.href = `#${city.anchor}`;
      link.textContent = city.name;
      head.append(link);
      const cells = [count(city.people), city.label, city.form === "largest" ? "" : `${city.sure}\u00a0%`].map((text) => {
        const cell = document.createElement("td");
        cell.textContent = text;
        return cell;
      });
      row.append(head, ...cells);
      return row;
    });
    at("rows").replaceChildren(...rows);
    at("all").hidden = all || shown.length <= SHOWN;
    at("all").textContent = `Show all ${shown.length}`;
  }

  function choose(city) {
    chosen = city;
    for (const other of root.querySelectorAll(".explorer-chosen")) other.classList.remove("explorer-chosen");
    if (!city) return;
    for (const part of root.querySelectorAll(`[data-rank="${city.rank}"]`)) part.classList.add("explorer-chosen");
    at("said").textContent = tell(city);
  }

  function update() {
    const shown = asked();
    drawMap(shown);
    drawPlot(shown);
    fillTable(shown);
    at("said").textContent = `${shown.length} of ${cities.length} cities are shown.`;
    field("sure").nextElementSibling.value = `${field("sure").value}\u00a0%`;
    choose(shown.includes(chosen) ? chosen : undefined);
  }

  const STATE = ["rule", "sure", ...FORMS];

  function keepInAddress() {
    const values = STATE.map((name) => (field(name).type === "checkbox" ? Number(field(name).checked) : field(name).value));
    history.replaceState(null, "", `#explore/${values.join("/")}`);
  }

  function takeFromAddress() {
    const [first, ...values] = location.hash.slice(1).split("/");
    if (first !== "explore" || values.length !== STATE.length) return;
    STATE.forEach((name, place) => {
      if (field(name).type === "checkbox") field(name).checked = values[place] === "1";
      else field(name).value = values[place];
    });
    root.scrollIntoView();
  }

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  /** The map as a file of its own: colours written out, a background, a title and the source. */
  function savePicture() {
    const map = at("map");
    const copy = map.cloneNode(true);
    const seen = [...map.querySelectorAll("path")];
    [...copy.querySelectorAll("path")].forEach((path, place) => {
      path.setAttribute("fill", getComputedStyle(seen[place]).fill);
    });
    const [wide, high] = size;
    const ink = getComputedStyle(root).color;
    const paper = getComputedStyle(document.body).backgroundColor;
    copy.setAttribute("viewBox", `0 -70 ${wide} ${high + 120}`);
    copy.setAttribute("xmlns", SVG);
    const text = { fill: ink, "font-family": "sans-serif" };
    copy.prepend(drawn("rect", { x: 0, y: -70, width: wide, height: high + 120, fill: paper }));
    copy.append(
      drawn("text", { ...text, x: 10, y: -28, "font-size": 28 }, `${root.dataset.title}: ${at("said").textContent}`),
      drawn("text", { ...text, x: 10, y: high + 34, "font-size": 18 }, root.dataset.sources),
    );
    save(`${country}.svg`, "image/svg+xml", new XMLSerializer().serializeToString(copy));
  }

  function saveTable() {
    const quote = (text) => `"${String(text).replaceAll('"', '""')}"`;
    const rows = asked().map((city) =>
      [city.name, city.people, city.label, city.form === "largest" ? "" : city.sure / 100, city.met.join(" ")].map(quote).join(","));
    save(`${country}.csv`, "text/csv", `\ufeff${["name,people,form,certainty,secondary_under", ...rows].join("\r\n")}\r\n`);
  }

  /** Arrows go from city to city by size; Enter opens the one that is chosen. */
  function onKey(event) {
    const shown = asked();
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      const place = shown.indexOf(chosen);
      choose(shown[place < 0 ? 0 : (place + step + shown.length) % shown.length]);
    } else if (event.key === "Enter" && chosen) location.hash = chosen.anchor;
  }

  function onPoint(event) {
    const rank = event.target.closest("[data-rank]")?.dataset.rank;
    if (rank) choose(cities[rank - 1]);
  }

  function open() {
    const held = window.scsreportData[country];
    size = held.size;
    cities = held.cities.map(unpack);
    at("map").setAttribute("viewBox", `0 0 ${size[0]} ${size[1]}`);
    at("land").setAttribute("d", held.land);
    takeFromAddress();
    update();
    for (const name of STATE) {
      field(name).addEventListener("input", () => {
        update();
        keepInAddress();
      });
    }
    at("all").addEventListener("click", () => {
      all = true;
      update();
    });
    at("picture").addEventListener("click", savePicture);
    at("csv").addEventListener("click", saveTable);
    for (const type of ["pointerover", "focusin", "click"]) root.addEventListener(type, onPoint);
    at("map").addEventListener("keydown", onKey);
    root.hidden = false;
  }

  const script = document.createElement("script");
  script.src = `${folder}/${country}.js`;
  script.onload = open;
  document.head.append(script);
})();
