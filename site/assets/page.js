// What every page may need, once it has been read.
import "./sections.js";
import "./scrolling.js";
import "./cite.js";
import "./packed.js";
import "./source.js";
import "./points.js";
