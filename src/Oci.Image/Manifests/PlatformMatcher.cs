using System.Globalization;

namespace Oci.Image.Manifests;

/// <summary>Whether an image for one platform runs on another, and which of several fits best.</summary>
/// <remarks>
/// Architecture and system must be the same. A CPU runs what is built for its variant and those below:
/// <c>arm</c> v8, v7 (the default), v6, v5; <c>amd64</c> v4 to v1 (the default); <c>arm64</c> v9, v8 (the default).
/// So far as containerd; unlike it, 386 is not taken for amd64, nor arm for arm64, whose CPUs need not run it.
/// Windows hosts from build 20348 on run images of their own build and of all down to that one; older hosts their own only.
/// </remarks>
public static class PlatformMatcher
{
    /// <summary>The platform of this process; on macOS Linux, since that is what images there run on.</summary>
    internal static Platform DefaultPlatform => OperatingSystem.IsMacOS() ? Platform.Current with { Os = "linux" } : Platform.Current;

    /// <summary>Whether an image for <paramref name="offered"/> runs on <paramref name="wanted"/>.</summary>
    public static bool IsMatch(Platform wanted, Platform offered) => GetDistance(wanted, offered) is not null;

    /// <summary>How far an image for <paramref name="offered"/> is from <paramref name="wanted"/>.</summary>
    /// <param name="wanted">The machine. Without <see cref="Platform.OsVersion"/>, any version will do.</param>
    /// <param name="offered">What the image was built for.</param>
    /// <returns>0 for an exact fit, more for a lesser one, <see langword="null"/> where it does not run.</returns>
    public static int? GetDistance(Platform wanted, Platform offered)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(offered);
        (string architecture, string variant) = Normalize(wanted);
        (string offeredArchitecture, string offeredVariant) = Normalize(offered);
        if (!wanted.Os.Equals(offered.Os, StringComparison.OrdinalIgnoreCase) || architecture != offeredArchitecture
            || GetVersionDistance(wanted, offered) is not int versions || !HasFeatures(wanted, offered))
        {
            return null;
        }
        if (variant == offeredVariant)
        {
            return versions;
        }
        return architecture is "arm" or "arm64" or "amd64" && GetLevel(variant) is int level && GetLevel(offeredVariant) is int offeredLevel && offeredLevel < level
            ? level - offeredLevel + versions
            : null;
    }

    /// <summary>Whether two platforms are for the same system, architecture and variant, however they are spelt.</summary>
    internal static bool IsSameMachine(Platform one, Platform other) =>
        one.Os.Equals(other.Os, StringComparison.OrdinalIgnoreCase) && Normalize(one) == Normalize(other);

    // Spellings of uname, and the variants that a name without one stands for.
    private static (string Architecture, string Variant) Normalize(Platform platform)
    {
        string architecture = platform.Architecture.ToLowerInvariant();
        string variant = platform.Variant?.ToLowerInvariant() ?? "";
        (architecture, variant) = architecture switch
        {
            "x86_64" or "x86-64" => ("amd64", variant),
            "i386" or "i686" => ("386", ""),
            "aarch64" => ("arm64", variant),
            "armhf" => ("arm", variant.Length == 0 ? "v7" : variant),
            "armel" => ("arm", variant.Length == 0 ? "v6" : variant),
            _ => (architecture, variant),
        };
        if (variant.Length > 0 && char.IsAsciiDigit(variant[0]))
        {
            variant = "v" + variant;
        }
        if (variant.Length == 0)
        {
            variant = architecture switch { "amd64" => "v1", "arm" => "v7", "arm64" => "v8", _ => "" };
        }
        return (architecture, variant);
    }

    // "v8" and "v8.2", as numbers that compare.
    private static int? GetLevel(string variant)
    {
        ReadOnlySpan<char> text = variant.AsSpan(variant.StartsWith('v') ? 1 : 0);
        int dot = text.IndexOf('.');
        int minor = 0;
        if (dot >= 0 && !TryParse(text[(dot + 1)..], out minor))
        {
            return null;
        }
        return TryParse(dot < 0 ? text : text[..dot], out int major) ? major * 1000 + minor : null;

        static bool TryParse(ReadOnlySpan<char> digits, out int number) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < 1000;
    }

    // Windows containers need the build of their host, and not its revision: 10.0.17763.x runs on 10.0.17763.y. Since Windows
    // Server 2022 (build 20348) the interface is stable (Microsoft, "Windows container version compatibility").
    private static int? GetVersionDistance(Platform wanted, Platform offered)
    {
        const int StableBuild = 20348;
        if (wanted.OsVersion is null || offered.OsVersion is null)
        {
            return 0;
        }
        if (!wanted.Os.Equals("windows", StringComparison.OrdinalIgnoreCase))
        {
            return wanted.OsVersion == offered.OsVersion ? 0 : null;
        }
        string[] host = wanted.OsVersion.Split('.');
        string[] image = offered.OsVersion.Split('.');
        if (host.Take(3).SequenceEqual(image.Take(3)))
        {
            return 0;
        }
        return host.Length >= 3 && image.Length >= 3 && host.Take(2).SequenceEqual(image.Take(2)) && TryParseBuild(host[2], out int hostBuild) && TryParseBuild(image[2], out int build)
            && build >= StableBuild && build < hostBuild
            ? hostBuild - build
            : null;

        static bool TryParseBuild(string text, out int build) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out build) && build < 1_000_000;
    }

    // image-index.md: each of os.features is mandatory. Windows images name win32k, which every Windows host with containers has or has not.
    private static bool HasFeatures(Platform wanted, Platform offered)
    {
        bool isUnsaid = wanted.OsFeatures is null && wanted.Os.Equals("windows", StringComparison.OrdinalIgnoreCase);
        return isUnsaid || offered.OsFeatures is null || offered.OsFeatures.All(feature => wanted.OsFeatures?.Contains(feature) == true);
    }
}
