#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# ch.qos.logback:logback-classic 1.6.6. With SizeBasedTriggeringPolicy and a maxFileSize of 1 MB a good guess is that a file
# is rolled soon after its first megabyte, and that with maxIndex 5 a log takes some 6 MB. But the size is looked at once a
# minute only (checkIncrement): 50 MB written at once are all in one file, of any size that fits into a minute. The same
# file and the same program with SizeAndTimeBasedRollingPolicy, whose name says the same of the size, or with a
# checkIncrement of 10 ms, stay within a few megabytes.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
maven ch.qos.logback:logback-classic:1.6.6 ch.qos.logback:logback-core:1.6.6 org.slf4j:slf4j-api:2.0.20
about "logback-classic 1.6.6, SizeBasedTriggeringPolicy with a maxFileSize of 1 MB and 5 files kept, 50 MB logged in a second or so"
expected "several files of some 1 MB each"

cat >"$work/Chatter.java" <<'EOF'
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

public final class Chatter {
    public static void main(String[] arguments) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        String line = "x".repeat(999);
        for (int i = 0; i < 50_000; i++) {
            context.getLogger("chatter").info(line);
        }
        context.stop();
    }
}
EOF
cd "$work"
javac -cp "$jars" Chatter.java

# configuration FOLDER POLICIES
configuration() {
    cat >"$1.xml" <<EOF
<configuration>
  <appender name="FILE" class="ch.qos.logback.core.rolling.RollingFileAppender">
    <file>$1/app.log</file>
    $2
    <encoder><pattern>%msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="FILE"/></root>
</configuration>
EOF
}

# by_size CHECK-INCREMENT
by_size() {
    echo '<rollingPolicy class="ch.qos.logback.core.rolling.FixedWindowRollingPolicy">
        <fileNamePattern>'"$2"'/app.%i.log</fileNamePattern><minIndex>1</minIndex><maxIndex>5</maxIndex></rollingPolicy>
      <triggeringPolicy class="ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy">
        '"$1"'<maxFileSize>1MB</maxFileSize></triggeringPolicy>'
}
configuration usual "$(by_size '' usual)"
configuration often "$(by_size '<checkIncrement>10 milliseconds</checkIncrement>' often)"
configuration timed '<rollingPolicy class="ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy">
    <fileNamePattern>timed/app.%d.%i.log</fileNamePattern><maxFileSize>1MB</maxFileSize><maxHistory>3</maxHistory>
    <totalSizeCap>5MB</totalSizeCap></rollingPolicy>'

declare -A files largest
for folder in usual often timed; do
    java -Dlogback.configurationFile="$folder.xml" -cp "$jars:$work" Chatter >>"$log"
    files[$folder]=$(find "$folder" -type f | wc -l)
    largest[$folder]=$(find "$folder" -type f -printf '%s\n' | sort -n | tail -n 1)
done
seen "${files[usual]} file, of ${largest[usual]} bytes; with checkIncrement 10 ms ${files[often]} files, the largest of ${largest[often]} bytes;" \
    "with SizeAndTimeBasedRollingPolicy ${files[timed]}, of ${largest[timed]}"
((files[usual] == 1 && largest[usual] == 50000000)) || changed 'the file is rolled within the minute'
((files[often] > 1 && largest[often] < 25000000)) || changed 'checkIncrement makes no difference'
((files[timed] > 1 && largest[timed] < 5000000)) || changed 'SizeAndTimeBasedRollingPolicy does not keep to the size'
holds
