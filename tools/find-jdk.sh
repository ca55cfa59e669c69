# Finds a JDK 25, exports JAVA_HOME; POSIX shell, to be sourced. Used by miser, build and .ci/run.
# It reads each candidate's "release" file and starts no process, so it costs next to nothing.

is_jdk_25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r release_line || [ -n "$release_line" ]; do
    case $release_line in
      'JAVA_VERSION="25"' | 'JAVA_VERSION="25.'*) return 0 ;;
    esac
  done < "$1/release"
  return 1
}

find_jdk_25() {
  for jdk in \
    "${JAVA_HOME:-}" \
    /usr/lib/jvm/*25* \
    "${HOME:-}"/.sdkman/candidates/java/25* \
    "${HOME:-}"/.jdks/*25* \
    /opt/*jdk*25* /opt/java/*25* /opt/java/openjdk \
    /usr/local/openjdk-25 /usr/java/*25* \
    /Library/Java/JavaVirtualMachines/*25*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*25*/Contents/Home \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$jdk" ] && is_jdk_25 "$jdk"; then
      JAVA_HOME=$jdk
      export JAVA_HOME
      return 0
    fi
  done
  echo "$1: Miser needs a JDK 25, and none was found." >&2
  echo "Install one (any vendor, for example Temurin 25) and set JAVA_HOME to its folder." >&2
  echo "Looked at JAVA_HOME (${JAVA_HOME:-unset}), /usr/lib/jvm, ~/.sdkman, ~/.jdks, /opt, /usr/java, /Library/Java." >&2
  return 2
}
