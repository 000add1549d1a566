/** The layout of one record: its header, its kinds, and the flyweight that reads it in place. */
package io.millrace.log.record;
