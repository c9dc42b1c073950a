using Oci.Distribution.Http;

namespace Oci.Distribution.Tags;

/// <summary>Where a list in pages goes on, and that it neither turns in a circle nor leaves the registry.</summary>
internal sealed class PageWalk(Uri first)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal) { first.AbsoluteUri };

    /// <summary>The next page; <see langword="null"/> after the last.</summary>
    public Uri? Next { get; private set; } = first;

    /// <summary>Reads where the answer says that the list goes on.</summary>
    /// <exception cref="RegistryException">It goes to another host, back to a page that was read, or on for too long.</exception>
    public void MoveOn(HttpResponseMessage response, HttpRequestMessage request)
    {
        if (LinkHeader.GetNext(response) is not string link)
        {
            Next = null;
            return;
        }
        Uri? next = UriRules.Resolve(request.RequestUri!, link);
        if (next is null || !UriRules.IsSameOrigin(next, request.RequestUri!))
        {
            throw new RegistryException("The list goes on at an address of another host, or at none; that is refused.", request.Method, request.RequestUri);
        }
        if (!_seen.Add(next.AbsoluteUri))
        {
            throw new RegistryException("The list goes on at a page that was read already: it would never end.", request.Method, request.RequestUri);
        }
        if (_seen.Count > Pager.MaxPages)
        {
            throw new RegistryException($"The list has more than {Pager.MaxPages} pages.", request.Method, request.RequestUri);
        }
        Next = next;
    }
}
