/** The page of one item: keys for what its buttons do, and undo. */
import "./keys.js";
import "./undo.js";
