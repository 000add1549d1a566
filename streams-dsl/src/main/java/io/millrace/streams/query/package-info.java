/** Queries: the keyed state of a running job, read by other threads. */
package io.millrace.streams.query;
