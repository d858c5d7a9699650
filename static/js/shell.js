/** The shell's behaviour: htmx with its stream extension, and small modules with listeners on the document, which outlive every swap. */
import "htmx.org";
import "hx-sse";
import "shell/answers";
import "shell/copy";
import "shell/dialogs";
import "shell/keep";
import "shell/keys";
import "shell/live";
import "shell/mention";
import "shell/menus";
import "shell/palette";
import "shell/panel";
import "shell/read";
import "shell/review";
import "shell/seen";
import "shell/theme";
import "shell/toasts";
