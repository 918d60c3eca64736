package org.lanewise.tool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page with pictures: a template with style, scripts and data put in, so that it needs nothing but itself. */
public final class Page {
    private static final String PLOTLY_VERSION = "META-INF/maven/org.webjars.bower/plotly.js/pom.properties";
    private static final String PLOTLY = "META-INF/resources/webjars/plotly.js/%s/dist/plotly-cartesian.min.js";
    private static final Pattern SLOT = Pattern.compile("\\{\\{([\\w.-]+)}}");

    private Page() {}

    /**
     * Fills {@code page.html}, which has no texts of its own.
     *
     * @param owner class whose package holds the template
     * @param data what the page shows
     * @return the whole page
     * @throws IOException if a file that the template names is missing
     */
    public static String of(Class<?> owner, Object data) throws IOException {
        return of(owner, data, Map.of());
    }

    /**
     * Fills {@code page.html}. In it {@code {{data}}} stands for the data as JSON, {@code {{plotly}}} for the plotting library, the name of
     * a text for that, and anything else for the file of that name, beside the owner or else beside this class.
     *
     * @param owner class whose package holds the template
     * @param data what the page's scripts show
     * @param texts HTML by name
     * @return the whole page
     * @throws IOException if a file that the template names is missing
     */
    public static String of(Class<?> owner, Object data, Map<String, String> texts) throws IOException {
        Matcher slots = SLOT.matcher(text(file(owner, "page.html")));
        var page = new StringBuilder();
        while (slots.find()) {
            slots.appendReplacement(page, Matcher.quoteReplacement(part(owner, slots.group(1), data, texts)));
        }
        return slots.appendTail(page).toString();
    }

    private static String part(Class<?> owner, String slot, Object data, Map<String, String> texts) throws IOException {
        if (texts.containsKey(slot)) {
            return texts.get(slot);
        }
        return switch (slot) {
            case "data" -> Json.FOR_PAGE.toJson(data);
            case "plotly" -> insideScript(text(plotly()));
            default -> insideScript(text(file(owner, slot)));
        };
    }

    private static String insideScript(String script) {
        return script.replace("</script", "<\\/script");
    }

    private static InputStream file(Class<?> owner, String name) throws IOException {
        InputStream own = owner.getResourceAsStream(name);
        return own != null ? own : present(name, Page.class.getResourceAsStream(name));
    }

    private static InputStream plotly() throws IOException {
        var properties = new Properties();
        try (InputStream in = onClassPath(PLOTLY_VERSION)) {
            properties.load(in);
        }
        return onClassPath(PLOTLY.replace("%s", properties.getProperty("version")));
    }

    /** From any jar, also when this class is in a named module. */
    private static InputStream onClassPath(String name) throws IOException {
        return present(name, Page.class.getClassLoader().getResourceAsStream(name));
    }

    private static InputStream present(String name, InputStream resource) throws IOException {
        if (resource == null) {
            throw new IOException("no resource " + name + " on the class path");
        }
        return resource;
    }

    private static String text(InputStream resource) throws IOException {
        try (resource) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
