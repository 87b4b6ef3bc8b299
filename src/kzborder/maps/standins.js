// What folium's own popups and icons call, without the libraries they come from: jQuery only
// to make an element out of HTML, AwesomeMarkers only to draw a coloured pin.
window.$ = window.$ || function (what) {
  if (typeof what !== "string") return { ready: (then) => then() };
  const holder = document.createElement("template");
  holder.innerHTML = what.trim();
  return [holder.content.firstElementChild];
};

L.AwesomeMarkers = L.AwesomeMarkers || {
  Icon: function (options) { return L.AwesomeMarkers.icon(options); }, // for "new"
  icon(options) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const pin = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 26 38");
    svg.setAttribute("width", "26");
    pin.setAttribute("d", "M13 37C9 27 2 21 2 12a11 11 0 0 1 22 0c0 9-7 15-11 25Zm0-20a5 5 0 1 0 0-10 5 5 0 0 0 0 10Z");
    pin.setAttribute("fill", options.markerColor || "steelblue");
    pin.setAttribute("stroke", "#fff");
    svg.append(pin);
    return L.divIcon({ className: "", html: svg, iconSize: [26, 38], iconAnchor: [13, 38], popupAnchor: [0, -32] });
  },
};
