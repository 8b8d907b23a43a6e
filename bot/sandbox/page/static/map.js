// The small map: a click, the arrow keys, a grid of the list or two numbers move the same pin.

const map = document.getElementById("map");
const pin = document.getElementById("pin");
const form = document.getElementById("place-form");
const zoom = document.getElementById("map-zoom");
const grids = document.getElementById("map-grid");
const [west, north, xScale, yScale] = ["west", "north", "xscale", "yscale"].map((name) => Number(map.dataset[name]));
const MIDDLE = [map.dataset.latitude, map.dataset.longitude].map(Number); // the grid in which the practice begins
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const STEP_PX = 6;
let whole = false;

function put(latitude, longitude) {
  form.latitude.value = latitude.toFixed(5);
  form.longitude.value = longitude.toFixed(5);
  draw();
}

function draw() {
  pin.setAttribute("cx", (Number(form.longitude.value) - west) * xScale);
  pin.setAttribute("cy", (north - Number(form.latitude.value)) * yScale);
  const across = map.viewBox.baseVal.width;
  pin.setAttribute("r", across / 60);
}

function putAt(x, y) {
  put(north - y / yScale, west + x / xScale);
}

map.addEventListener("click", (event) => {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
  grids.value = "";
  putAt(point.x, point.y);
});
map.addEventListener("keydown", (event) => {
  const way = ARROWS[event.key];
  if (!way) return;
  event.preventDefault();
  const step = STEP_PX * (map.viewBox.baseVal.width / map.clientWidth);
  putAt(Number(pin.getAttribute("cx")) + way[0] * step, Number(pin.getAttribute("cy")) + way[1] * step);
});
zoom.addEventListener("click", () => {
  whole = !whole;
  map.setAttribute("viewBox", whole ? map.dataset.whole : map.dataset.town);
  zoom.textContent = whole ? zoom.dataset.town : zoom.dataset.whole;
  draw();
});
grids.addEventListener("change", () => {
  if (grids.value) put(...grids.value.split(",").map(Number));
});
form.addEventListener("input", draw);
put(...MIDDLE);
