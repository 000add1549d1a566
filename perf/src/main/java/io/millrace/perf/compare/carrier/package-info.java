/** Those that carry messages from one process through another and back: Millrace's node, plain Aeron, and peers that bring modules of their own. */
package io.millrace.perf.compare.carrier;
