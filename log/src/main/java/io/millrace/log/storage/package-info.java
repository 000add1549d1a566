/** The one door to the disk: everything the log does to files goes through {@link io.millrace.log.storage.Storage}. */
package io.millrace.log.storage;
