/** What can go wrong outside the program's control: one exception type, one set of codes. */
package io.millrace.log.error;
