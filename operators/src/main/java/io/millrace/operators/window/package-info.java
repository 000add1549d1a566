/** Windows over keyed streams. */
package io.millrace.operators.window;
