package org.lanewise.demo;

/** Everything that came out. */
record Findings(Content content, Gallery gallery) {}
