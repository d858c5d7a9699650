/** The roadmap page: what a person does with mouse, touch and keys, and what others do meanwhile. */
import "./keys.js";
import "./live.js";
import "./board.js";
import "./timeline.js";
import "./nudge.js";
import "./draw.js";
import "./arrows.js";
import "./connect.js";
import "./matrix.js";
import "./grid.js";
import "./cell.js";
import "./paste.js";
import "./scroll.js";
import "./nest.js";
import "./select.js";
import "./undo.js";
import "./presence.js";
