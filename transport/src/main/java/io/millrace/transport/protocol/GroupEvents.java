package io.millrace.transport.protocol;

/** What a client hears of consumer groups: one call per event with a template id from 130 to 139, on the thread that polls. */
public interface GroupEvents {}
