package io.millrace.node.message;

import io.millrace.log.error.OneLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** One JSON object as maps, lists, texts, booleans and {@link JsonNumber}s. */
final class JsonLine {
    private final JsonFactory factory = new JsonFactory();

    /** Reads bytes that hold one object and nothing else. */
    Map<String, Object> read(final byte[] bytes, final int offset, final int length) {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw Problems.input("is no JSON object");
            }
            final Map<String, Object> object = object(parser, "");
            if (parser.nextToken() != null) {
                throw Problems.input("holds more than one JSON value");
            }
            return object;
        } catch (final JacksonException ex) {
            throw Problems.input("is no JSON: " + OneLine.of(ex.getOriginalMessage()));
        }
    }

    private static Map<String, Object> object(final JsonParser parser, final String path) {
        final Map<String, Object> object = new LinkedHashMap<>();
        while (next(parser) != JsonToken.END_OBJECT) {
            final String name = parser.currentName();
            next(parser);
            if (object.containsKey(name)) {
                throw Problems.input("has field " + Problems.echo(path + name) + " twice");
            }
            object.put(name, value(parser, path + name));
        }
        return object;
    }

    private static List<Object> array(final JsonParser parser, final String path) {
        final List<Object> array = new ArrayList<>();
        while (next(parser) != JsonToken.END_ARRAY) {
            array.add(value(parser, path + '[' + array.size() + ']'));
        }
        return array;
    }

    private static Object value(final JsonParser parser, final String path) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path + '.');
            case START_ARRAY -> array(parser, path);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> new JsonNumber(parser.getString(), true);
            case VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString(), false);
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw Problems.input("is no JSON: unexpected " + parser.currentToken());
        };
    }

    private static JsonToken next(final JsonParser parser) {
        final JsonToken token = parser.nextToken();
        if (token == null) {
            throw Problems.input("is no JSON: it ends too early");
        }
        return token;
    }
}
