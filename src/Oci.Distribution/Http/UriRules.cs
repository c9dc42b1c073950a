using System.Net;

namespace Oci.Distribution.Http;

/// <summary>Which addresses belong together, and how they are told without secrets.</summary>
internal static class UriRules
{
    /// <summary>Scheme, host and port: credentials never leave an origin.</summary>
    public static bool IsSameOrigin(Uri a, Uri b) =>
        a.Port == b.Port
        && string.Equals(a.Scheme, b.Scheme, StringComparison.OrdinalIgnoreCase)
        && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address without user and query: upload sessions and signed URLs carry secrets there.</summary>
    public static Uri WithoutSecrets(Uri uri) => uri.IsAbsoluteUri && (uri.UserInfo.Length != 0 || uri.Query.Length != 0 || uri.Fragment.Length != 0)
        ? new Uri(uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped))
        : uri;

    public static bool IsHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp;

    public static bool IsHttpOrHttps(Uri uri) => uri.IsAbsoluteUri && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    /// <summary>True for <c>localhost</c> and loopback addresses.</summary>
    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>True where the host, or the host with its port, stands in the list.</summary>
    public static bool IsListed(Uri uri, IReadOnlyCollection<string> hosts) =>
        hosts.Contains(uri.IdnHost, StringComparer.OrdinalIgnoreCase)
        || hosts.Contains($"{uri.IdnHost}:{uri.Port}", StringComparer.OrdinalIgnoreCase);

    /// <summary>A <c>Location</c> or <c>Link</c> made absolute, with its query kept; <see langword="null"/> where it is not http or https.</summary>
    public static Uri? Resolve(Uri baseUri, string location) =>
        Uri.TryCreate(baseUri, location, out Uri? uri) && IsHttpOrHttps(uri) && uri.UserInfo.Length == 0 ? uri : null;
}
