using System.Text;
using System.Text.RegularExpressions;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of the document's own members (runtime-spec, config.md).</summary>
internal static partial class DocumentRules
{
    /// <summary>The longest hostname and domainname of the kernel (__NEW_UTS_LEN, sethostname(2)).</summary>
    private const int MaxHostnameBytes = 64;

    public static void Check(SpecCheck check)
    {
        RuntimeSpec spec = check.Spec;
        CheckVersion(check, spec.OciVersion);
        if (spec.Root is null)
        {
            check.Error("/root", "It is missing; on Linux a container needs a root.");
        }
        else if (spec.Root.Path.Length == 0)
        {
            check.Error("/root/path", "It is empty.", "Name the root directory, absolute or relative to the bundle.");
        }
        else
        {
            check.Text(spec.Root.Path, "/root/path");
        }
        if (spec.Process is null)
        {
            check.Error("/process", "It is missing; a container needs a process to be started.");
        }
        CheckUtsName(check, spec.Hostname, "/hostname");
        CheckUtsName(check, spec.Domainname, "/domainname");
        check.Each(spec.Annotations, "/annotations", (name, _, pointer) =>
        {
            if (name.Length == 0)
            {
                check.Error(pointer, "An annotation has no name.");
            }
        });
    }

    private static void CheckVersion(SpecCheck check, string version)
    {
        Match match = SemVer.Match(version);
        if (!match.Success)
        {
            check.Error("/ociVersion", $"{SpecCheck.Quote(version)} is not a version.", $"Use {RuntimeSpec.CurrentVersion}.");
        }
        else if (match.Groups["major"].ValueSpan is not ("0" or "1"))
        {
            check.Error("/ociVersion", $"{SpecCheck.Quote(version)} is a later major version than this runtime knows.", $"Use {RuntimeSpec.CurrentVersion}.");
        }
    }

    private static void CheckUtsName(SpecCheck check, string? name, string pointer)
    {
        if (name is null or "")
        {
            return;
        }
        check.Text(name, pointer);
        if (Encoding.UTF8.GetByteCount(name) > MaxHostnameBytes)
        {
            check.Error(pointer, $"It has more than {MaxHostnameBytes} bytes, the most that the kernel takes.");
        }
        if (check.Namespace(LinuxNamespaceTypes.Uts) is null)
        {
            check.Error(pointer, "Without a uts namespace it would rename the host.", "Add {\"type\": \"uts\"} to /linux/namespaces, or remove it.");
        }
    }

    // https://semver.org, "Is there a suggested regular expression".
    [GeneratedRegex(@"^(?<major>0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SemVer { get; }
}
