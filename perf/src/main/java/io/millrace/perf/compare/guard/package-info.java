/** What the guard knows: ratios with their noise, the history of what was recorded, and what counts as a drop. Measures nothing. */
package io.millrace.perf.compare.guard;
