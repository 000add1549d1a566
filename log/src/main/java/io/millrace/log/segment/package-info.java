/** One segment file: its header, its mapping with the tail that appenders move, its preparation and its recovery. */
package io.millrace.log.segment;
