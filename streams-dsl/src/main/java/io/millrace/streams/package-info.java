/** The fluent API to write a streaming job, and the runner that runs it over a store. */
package io.millrace.streams;
