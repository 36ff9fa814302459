// To be imported before all else, for what it does.
import { setFlagsFromString } from 'node:v8'

// How much the old generation may grow until it is collected again. V8 chooses from 1.1 to 4 times, but 1.3 at most once
// its memory reducer has been at work, as it has soon after the start. What is read from sockets counts as well, and of a
// flood of SDP that is as much in a few thousand messages as all that lives: it was collected so often that the collector's
// threads took half as much time again as the relay (bench/NOTES.md). This is V8's own 4, always.
setFlagsFromString('--heap-growing-percent=300')
