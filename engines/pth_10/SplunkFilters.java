import com.teragrep.pth10.ast.DPLParserCatalystContext;
import com.teragrep.pth10.ast.DPLParserCatalystVisitor;
import com.teragrep.pth10.ast.bo.TranslationResultNode;
import com.teragrep.pth_03.antlr.DPLLexer;
import com.teragrep.pth_03.antlr.DPLParser;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.BaseErrorListener;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.CharStreams;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.CommonTokenStream;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.RecognitionException;
import com.teragrep.pth_03.shaded.org.antlr.v4.runtime.Recognizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a line for each question from standard input: a file of events (a JSON object a line), a tab, a search.
 * Writes a line for each: "found" and the uuids, or "failed" and why.
 */
public final class SplunkFilters {
    private static final Map<String, Dataset<Row>> EVENTS = new HashMap<>();

    private SplunkFilters() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // whatever libraries have to say
        SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.driver.host", "localhost")
                .config("spark.driver.bindAddress", "localhost")
                .config("spark.local.dir", arguments[0])
                .config("spark.sql.warehouse.dir", arguments[0])
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.ui.enabled", "false")
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] question = line.split("\t", 2);
            String answer;
            try {
                answer = "found " + uuids(spark, question[0], question[1]);
            } catch (Exception error) {
                answer = "failed " + firstCause(error);
            }
            out.println(answer.replaceAll("[\\r\\n].*", ""));
        }
        spark.stop();
        System.exit(0);
    }

    /** Runs pth_10's steps as one batch; in its own product they run on a stream, which takes seconds to start. */
    private static String uuids(SparkSession spark, String file, String search) throws Exception {
        DPLParserCatalystContext context = new DPLParserCatalystContext(spark);
        context.setTestingMode(true); // the events are ours, and no archive's
        context.setEarliest("-1Y");
        context.setDs(EVENTS.computeIfAbsent(
                file, name -> spark.read().option("mode", "FAILFAST").json(name).cache()));
        DPLLexer lexer = new DPLLexer(CharStreams.fromString(search));
        lexer.removeErrorListeners();
        lexer.addErrorListener(new Strict());
        DPLParser parser = new DPLParser(new CommonTokenStream(lexer));
        parser.removeErrorListeners();
        parser.addErrorListener(new Strict());
        DPLParserCatalystVisitor visitor = new DPLParserCatalystVisitor(context);
        TranslationResultNode made = (TranslationResultNode) visitor.visit(parser.root());
        return made.stepList.executeSubsearch(null).collectAsList().stream()
                .map(row -> row.getString(row.fieldIndex("uuid")))
                .collect(Collectors.joining(" "));
    }

    private static String firstCause(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    /** Else the parser guesses what was meant, and runs that. */
    private static final class Strict extends BaseErrorListener {
        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                Object symbol,
                int line,
                int column,
                String message,
                RecognitionException error) {
            throw new IllegalArgumentException("column " + (column + 1) + ": " + message);
        }
    }
}
