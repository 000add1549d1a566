/** What bounds the hot paths: bytes an operation, and where samples of a running job lie. */
package io.millrace.perf.compare.profile;
