namespace Oci.Distribution.Tests.Authentication;

/// <summary>A credential helper that keeps its secrets in a folder, by the protocol of docker-credential-helpers. It is on the PATH as long as this lives.</summary>
internal sealed class FakeHelper : IDisposable
{
    private readonly string _path = Environment.GetEnvironmentVariable("PATH")!;

    public FakeHelper(TempDirectory directory, string name)
    {
        Requires.Linux();
        Name = name;
        Folder = directory.Combine($"{name}-secrets");
        Directory.CreateDirectory(Folder);
        string bin = directory.Combine($"{name}-bin");
        Directory.CreateDirectory(bin);
        string program = Path.Combine(bin, $"docker-credential-{name}");
        File.WriteAllText(program, $$"""
            #!/bin/sh
            key() { printf %s "$1" | tr / _; }
            case "$1" in
            store) input=$(cat); url=$(printf %s "$input" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/'); printf %s "$input" > "{{Folder}}/$(key "$url")" ;;
            get) url=$(cat); [ -f "{{Folder}}/$(key "$url")" ] || { echo "credentials not found in native keychain"; exit 1; }; cat "{{Folder}}/$(key "$url")" ;;
            erase) url=$(cat); rm -f "{{Folder}}/$(key "$url")" ;;
            list) printf '{'; sep=; for f in "{{Folder}}"/*; do [ -f "$f" ] || continue; printf '%s"%s":"%s"' "$sep" "$(sed 's/.*"ServerURL":"\([^"]*\)".*/\1/' "$f")" "$(sed 's/.*"Username":"\([^"]*\)".*/\1/' "$f")"; sep=,; done; printf '}' ;;
            *) exit 2 ;;
            esac
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        Environment.SetEnvironmentVariable("PATH", $"{bin}:{_path}");
    }

    public string Name { get; }

    /// <summary>A file for each secret.</summary>
    public string Folder { get; }

    public void Dispose() => Environment.SetEnvironmentVariable("PATH", _path);
}
