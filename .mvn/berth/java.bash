# shellcheck shell=bash
# JDK, Maven, and the build. What runs is a copy of the built jars under the cache, named by the fingerprint of the
# sources: a build beside a running cluster never takes the jars from under it, and a change shows as a new name.

JAVA_WANTED=25
MODULES=(controller agent cli)

# Puts the major version of the JDK in $1 into MAJOR; false where there is no whole JDK.
jdk_major() {
    local line
    MAJOR=
    [[ -x $1/bin/java && -x $1/bin/javac ]] || return 1
    if [[ -r $1/release ]]; then
        while IFS= read -r line; do
            [[ $line == JAVA_VERSION=* ]] || continue
            line=${line#*\"}
            MAJOR=${line%%[!0-9]*}
        done <"$1/release"
    fi
    [[ -n $MAJOR ]] || MAJOR=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    [[ -n $MAJOR ]]
}

find_jdk() {
    local home java_link
    local places=()
    [[ -n ${JAVA_HOME:-} ]] && places+=("$JAVA_HOME")
    if command -v java >/dev/null; then
        java_link=$(readlink -f "$(command -v java)")
        places+=("${java_link%/bin/java}")
    fi
    shopt -s nullglob
    places+=(/usr/lib/jvm/*25* /opt/*25* /opt/*jdk* /opt/*java*/* /usr/local/*jdk*25*
        "${HOME:-/root}"/.sdkman/candidates/java/*25* "${HOME:-/root}"/.jdks/*25*)
    shopt -u nullglob
    JDK_SEEN=
    for home in "${places[@]}"; do
        jdk_major "$home" || continue
        if ((MAJOR == JAVA_WANTED)); then
            JDK=$home
            return
        fi
        [[ $JDK_SEEN == *" $home)"* ]] || JDK_SEEN+="${JDK_SEEN:+, }Java $MAJOR (in $home)"
    done
    return 1
}

ensure_jdk() {
    find_jdk && return
    local package
    if can_install && refresh_packages; then
        for package in "openjdk-$JAVA_WANTED-jdk-headless" "temurin-$JAVA_WANTED-jdk"; do
            apt_offers "$package" || continue
            install_packages "$package" || return
            find_jdk && return
        done
    fi
    problem "no JDK $JAVA_WANTED on this machine${JDK_SEEN:+; found only $JDK_SEEN}. Berth needs version $JAVA_WANTED. \
Install it (Debian 13, Ubuntu 24.04 or newer, as root: apt-get install openjdk-$JAVA_WANTED-jdk-headless; anywhere else: \
unpack an archive from https://adoptium.net/temurin/releases?version=$JAVA_WANTED below /opt) or set JAVA_HOME to it, then run this again."
}

ensure_maven() { need mvn "it builds Berth" maven; }

# Java that protoc once made of a message that is gone stays in target/ and breaks the next build: after a change of
# the protos they are generated from nothing.
drop_stale_protos() {
    local protos stamp=$CACHE/protos
    protos=$(cd "$ROOT/proto" && find pom.xml src -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
    [[ -r $stamp && $(<"$stamp") == "$protos" ]] && return
    rm -rf "$ROOT/proto/target" && printf '%s\n' "$protos" >"$stamp"
}

# Maven in the root of the checkout, with the JDK that was found.
maven() {
    drop_stale_protos
    (cd "$ROOT" && JAVA_HOME=$JDK exec mvn -B --no-transfer-progress "$@")
}

# Puts a fingerprint of everything that goes into the jars into FINGERPRINT.
fingerprint() {
    FINGERPRINT=$(cd "$ROOT" && find pom.xml ./*/pom.xml ./*/src/main -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
    FINGERPRINT=${FINGERPRINT:0:16}
}

build_is_fresh() {
    fingerprint
    BUILD=$CACHE/build/$FINGERPRINT
    [[ -f $BUILD/complete ]]
}

# Builds the jars and copies them to $BUILD; jars of builds that nothing runs any more go with the next `up`.
build() {
    local module
    rm -rf "$ROOT"/{controller,agent,cli}/target/lib # libraries of versions that are no longer wanted
    maven -q -Dmaven.test.skip=true -Dspotless.check.skip=true package || return
    rm -rf "$BUILD.new" && mkdir -p "$BUILD.new" || return
    for module in "${MODULES[@]}"; do
        mkdir "$BUILD.new/$module" || return
        cp -- "$ROOT/$module/target/berth-$module"-*.jar "$ROOT/$module/target/lib/"*.jar "$BUILD.new/$module/" || return
    done
    : >"$BUILD.new/complete"
    rm -rf "$BUILD" && mv "$BUILD.new" "$BUILD"
}

# Puts the class path of module $1 into CLASSPATH_OF, in a fixed order: the AOT cache is tied to it.
class_path_of() {
    local jars=("$BUILD/$1/"*.jar)
    local IFS=:
    CLASSPATH_OF="${jars[*]}"
}

ensure_build() {
    step "JDK $JAVA_WANTED" ensure_jdk
    if ! build_is_fresh; then
        step "Maven" ensure_maven
        step "build (the first one downloads its libraries)" build
    fi
    class_path_of cli
    printf '%s\n' "$JDK/bin/java" "$CLASSPATH_OF" >"$CACHE/cli"
}

# The bench and its class path: test classes of every module, which `up` does not need.
ensure_bench() {
    fingerprint
    local stamp
    stamp=$(cd "$ROOT" && find ./*/src/test -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
    stamp=${stamp:0:16}-$FINGERPRINT
    [[ -s $ROOT/cli/target/test-classpath && -f $CACHE/bench-$stamp ]] && return
    maven -q -DskipTests -Dspotless.check.skip=true package dependency:build-classpath \
        -Dmdep.includeScope=test -Dmdep.outputFile=target/test-classpath || return
    rm -f "$CACHE"/bench-*
    : >"$CACHE/bench-$stamp"
}
