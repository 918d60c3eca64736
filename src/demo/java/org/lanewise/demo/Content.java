package org.lanewise.demo;

import java.util.List;
import java.util.Map;

/** What the page's scripts draw. */
record Content(DemoResults results, Map<String, List<Curve.Point>> curves, List<Landscape> landscapes, WholeStep.Course course) {}
